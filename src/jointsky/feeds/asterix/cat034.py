"""Category 034, monoradar service messages: the layout. Source: EUROCONTROL SPEC-149, part 2b, editions 1.27 to 1.29
(one layout)."""

from jointsky.feeds.asterix.layout import Category, Compound, Explicit, Field, Repeated, fixed, flags, spare

_TURN = 360.0 / 2**16
_ANTENNA = (Field("ANT", 1), Field("CHAB", 2), *flags("OVL", "MSC"), spare(3))

_STATUS = Compound(
    (
        ("COM", fixed(*flags("NOGO", "RDPC", "RDPR", "OVLRDP", "OVLXMT", "MSC", "TSV"), spare(1))),
        None,
        None,
        ("PSR", fixed(*_ANTENNA)),
        ("SSR", fixed(*_ANTENNA)),
        (
            "MDS",
            fixed(
                Field("ANT", 1), Field("CHAB", 2), *flags("OVLSUR", "MSC", "SCF", "DLF", "OVLSCF", "OVLDLF"), spare(7)
            ),
        ),
    )
)

_MODE = Compound(
    (
        ("COM", fixed(spare(1), Field("REDRDP", 3), Field("REDXMT", 3), spare(1))),
        None,
        None,
        ("PSR", fixed(Field("POL", 1), Field("REDRAD", 3), Field("STC", 2), spare(2))),
        ("SSR", fixed(Field("REDRAD", 3), spare(5))),
        ("MDS", fixed(Field("REDRAD", 3), Field("CLU", 1), spare(4))),
    )
)

CAT034 = Category(
    34,
    "1.29",
    (
        ("010", fixed(Field("SAC", 8), Field("SIC", 8))),
        ("000", fixed(Field("", 8))),
        ("030", fixed(Field("", 24, 1 / 128, "s"))),
        ("020", fixed(Field("", 8, 360.0 / 2**8, "deg"))),
        ("041", fixed(Field("", 16, 1 / 128, "s"))),
        ("050", _STATUS),
        ("060", _MODE),
        ("070", Repeated(fixed(Field("TYP", 5), Field("COUNT", 11)))),
        (
            "100",
            fixed(
                Field("RHOST", 16, 1 / 256, "nmi"),
                Field("RHOEND", 16, 1 / 256, "nmi"),
                Field("THETAST", 16, _TURN, "deg"),
                Field("THETAEND", 16, _TURN, "deg"),
            ),
        ),
        ("110", fixed(Field("", 8))),
        (
            "120",
            fixed(
                Field("HGT", 16, 1.0, "m", signed=True),
                Field("LAT", 24, 180.0 / 2**23, "deg", signed=True),
                Field("LON", 24, 180.0 / 2**23, "deg", signed=True),
            ),
        ),
        (
            "090",
            fixed(Field("RNG", 8, 1 / 128, "nmi", signed=True), Field("AZM", 8, 360.0 / 2**14, "deg", signed=True)),
        ),
        ("RE", Explicit()),
        ("SP", Explicit()),
    ),
)
"""Monoradar service messages."""
