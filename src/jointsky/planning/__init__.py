"""Before the fight: coverage, siting, the virtual range, ledgers and limits."""
