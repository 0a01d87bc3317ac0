"""Where live data come in and go out: the only sockets of the feeds."""
