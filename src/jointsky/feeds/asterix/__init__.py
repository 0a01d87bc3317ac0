"""ASTERIX surveillance data: layouts as tables, one walk for all of them, columns out; the encoder reads the same
tables."""
