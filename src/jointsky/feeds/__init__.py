"""Octets to messages and back, without sockets, clocks or event loops: captures, ASTERIX, Mode S, tables."""
