"""Studies: arms x replications with common random numbers, paired differences with intervals."""
