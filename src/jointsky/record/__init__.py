"""What happened, kept: crash-safe checksummed log, digests, tables derived from the log, and the folder of a run."""
