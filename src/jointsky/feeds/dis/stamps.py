"""DIS time: 2^31 parts of the hour, and in the last bit whether the clock is the world's (IEEE 1278.1-2012, 6.2.88)."""

HOUR_US = 3_600_000_000
PARTS = 1 << 31


def stamp(utc_us: int, absolute: bool = True) -> int:
    """The time stamp of a moment (microseconds since 1970 UTC; or of one's own clock where not `absolute`)."""
    return (utc_us % HOUR_US * PARTS // HOUR_US) << 1 | int(absolute)


def is_absolute(value: int) -> bool:
    """Whether a time stamp is by UTC; else by the sender's own clock, and only differences say anything."""
    return bool(value & 1)


def past_hour_us(value: int) -> int:
    """Microseconds past the hour of a time stamp, to the nearest."""
    return ((value >> 1) * HOUR_US + PARTS // 2) // PARTS


def moment_us(value: int, near_us: int) -> int:
    """The moment (microseconds since 1970 UTC) that an absolute time stamp means: that of the hours nearest to
    `near_us`."""
    past = past_hour_us(value) - near_us % HOUR_US
    return near_us + (past + HOUR_US // 2) % HOUR_US - HOUR_US // 2


def seconds_between(earlier: int, later: int) -> float:
    """Seconds from one time stamp of a sender to a later one, less than an hour."""
    return ((later >> 1) - (earlier >> 1)) % PARTS * (HOUR_US / PARTS / 1e6)
