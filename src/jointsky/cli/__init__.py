"""The command line: one verb per job, each importing what it needs only when it is asked for."""

from jointsky.cli.app import main

__all__ = ["main"]
