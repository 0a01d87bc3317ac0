"""The plan of a tick, the assembly of a scenario into a machine, and a run from start to end."""
