"""The same machine with other ends: tables and feeds in, pictures out; runs recorded, and run again from their logs."""
