"""DIS (IEEE 1278.1-2012, and the 1998 edition that is version 6 on the wire), both ways and without I/O.

`layouts` says how each PDU is laid out, `pdus` reads and writes any of them, `entities` does Entity State by columns,
`stamps` knows its time, `reckoning` where an entity is between two PDUs.
"""
