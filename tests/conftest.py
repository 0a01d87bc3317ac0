"""What every test shares: hypothesis without luck or stop-watch, and the names of the tests that were left out."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "jointsky", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("jointsky")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` rewrites the pinned numbers of tests/golden instead of comparing with them."""
    parser.addoption("--update", action="store_true", help="rewrite pinned numbers and digests")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each test that was left out and why, so that a green run cannot hide one."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"left out: {report.nodeid} ({reason})")
