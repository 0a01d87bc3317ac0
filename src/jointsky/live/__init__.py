"""Sessions that pace a machine: tables and feeds in, pictures out."""
