"""What the machine runs: flat record arrays compiled once from a scenario."""
