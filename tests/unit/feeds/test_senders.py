"""What goes out: over TCP whole and in order, over TLS only to a server that is who it says."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest

from jointsky.errors import FeedError
from jointsky.feeds.sources.senders import StreamSender, Target, target

PARTS = [bytes([k]) * 1000 for k in range(20)]


def served(context: ssl.SSLContext | None) -> tuple[int, list[bytes], threading.Thread]:
    """A server of one connection: its port, what it reads, and the thread that does."""
    listening = socket.create_server(("127.0.0.1", 0))
    found: list[bytes] = []

    def serve() -> None:
        with listening, listening.accept()[0] as plain:
            try:
                there = plain if context is None else context.wrap_socket(plain, server_side=True)
                while octets := there.recv(4096):
                    found.append(octets)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listening.getsockname()[1], found, thread


def sent_to(port: int, scheme: str, authority: Path | None = None) -> None:
    sender = StreamSender(Target(scheme, "127.0.0.1", port), authority=authority)
    for part in PARTS:
        sender.send(part, 7)
    sender.close()


def test_a_stream_is_whole_and_in_order() -> None:
    port, found, thread = served(None)
    sent_to(port, "tcp")
    thread.join(20.0)
    assert b"".join(found) == b"".join(PARTS)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_tls_is_spoken_with_a_server_that_is_vouched_for_and_with_no_other(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = [
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=test",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    subprocess.run(
        ["openssl", "req", "-x509", *words, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    port, found, thread = served(context)
    sent_to(port, "tls", certificate)
    thread.join(20.0)
    assert b"".join(found) == b"".join(PARTS)
    port, found, _ = served(context)
    with pytest.raises(FeedError, match="cannot connect"):
        sent_to(port, "tls")
    assert not found


@pytest.mark.parametrize("text", ["", "udp://", "http://a:1", "udp://a", "udp://a:0", "udp://a:65536", "udp://a b:1"])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(FeedError, match="--to: found"):
        target(text)
