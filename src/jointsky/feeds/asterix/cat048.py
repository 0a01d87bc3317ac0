"""Category 048, monoradar target reports: the layout.

Source: EUROCONTROL SPEC-149, part 4. The table is the union of editions 1.2x to 1.32: the later ones only append
parts to item 020, so one table reads all. Item 090 is read as two's complement as edition 1.32 says; older texts left
the sign open.
"""

from jointsky.feeds.asterix.layout import Category, Compound, Explicit, Extended, Field, Repeated, fixed, flags, spare

_TURN = 360.0 / 2**16
_SPEED = 2.0**-14
_CODE_BITS = ("A4", "A2", "A1", "B4", "B2", "B1", "C4", "C2", "C1", "D4", "D2", "D1")
_GREY_ORDER = ("C1", "A1", "C2", "A2", "C4", "A4", "B1", "D1", "B2", "D2", "B4", "D4")


def _doubt(bits: tuple[str, ...]) -> tuple[Field, ...]:
    """Confidence flags, one for each pulse: 1 is low confidence."""
    return flags(*(f"Q{bit}" for bit in bits))


_REPORT = Extended(
    (
        (Field("TYP", 3), *flags("SIM", "RDP", "SPI", "RAB")),
        (*flags("TST", "ERR", "XPP", "ME", "MI"), Field("FOEFRI", 2)),
        (*flags("ADSB_EP", "ADSB_VAL", "SCN_EP", "SCN_VAL", "PAI_EP", "PAI_VAL"), spare(1)),
        (Field("ACASXV_EP", 1), Field("ACASXV_VAL", 4), *flags("POXPR_EP", "POXPR_VAL")),
        (*flags("POACT_EP", "POACT_VAL", "DTFXPR_EP", "DTFXPR_VAL", "DTFACT_EP", "DTFACT_VAL"), spare(1)),
        (*flags("IRMXPR_EP", "IRMXPR_VAL", "IRMACT_EP", "IRMACT_VAL"), spare(3)),
    )
)

_PLOT = Compound(
    (
        ("SRL", fixed(Field("", 8, 360.0 / 2**13, "deg"))),
        ("SRR", fixed(Field("", 8))),
        ("SAM", fixed(Field("", 8, 1.0, "dBm", signed=True))),
        ("PRL", fixed(Field("", 8, 360.0 / 2**13, "deg"))),
        ("PAM", fixed(Field("", 8, 1.0, "dBm", signed=True))),
        ("RPD", fixed(Field("", 8, 1 / 256, "nmi", signed=True))),
        ("APD", fixed(Field("", 8, 360.0 / 2**14, "deg", signed=True))),
    )
)

_DOPPLER = Compound(
    (
        ("CAL", fixed(Field("D", 1), spare(5), Field("CAL", 10, 1.0, "m/s", signed=True))),
        (
            "RDS",
            Repeated(fixed(Field("DOP", 16, 1.0, "m/s"), Field("AMB", 16, 1.0, "m/s"), Field("FRQ", 16, 1.0, "MHz"))),
        ),
    )
)

CAT048 = Category(
    48,
    "1.32",
    (
        ("010", fixed(Field("SAC", 8), Field("SIC", 8))),
        ("140", fixed(Field("", 24, 1 / 128, "s"))),
        ("020", _REPORT),
        ("040", fixed(Field("RHO", 16, 1 / 256, "nmi"), Field("THETA", 16, _TURN, "deg"))),
        ("070", fixed(*flags("V", "G", "L"), spare(1), Field("MODE3A", 12, text="octal"))),
        ("090", fixed(*flags("V", "G"), Field("FL", 14, 1 / 4, "FL", signed=True))),
        ("130", _PLOT),
        ("220", fixed(Field("", 24))),
        ("240", fixed(Field("", 48, text="ia5"))),
        ("250", Repeated(fixed(Field("MBDATA", 56, text="hex"), Field("BDS1", 4), Field("BDS2", 4)))),
        ("161", fixed(spare(4), Field("TRN", 12))),
        ("042", fixed(Field("X", 16, 1 / 128, "nmi", signed=True), Field("Y", 16, 1 / 128, "nmi", signed=True))),
        ("200", fixed(Field("GSP", 16, _SPEED, "nmi/s"), Field("HDG", 16, _TURN, "deg"))),
        (
            "170",
            Extended(
                (
                    (Field("CNF", 1), Field("RAD", 2), *flags("DOU", "MAH"), Field("CDM", 2)),
                    (*flags("TRE", "GHO", "SUP", "TCC"), spare(3)),
                )
            ),
        ),
        (
            "210",
            fixed(
                Field("SIGX", 8, 1 / 128, "nmi"),
                Field("SIGY", 8, 1 / 128, "nmi"),
                Field("SIGV", 8, _SPEED, "nmi/s"),
                Field("SIGH", 8, 360.0 / 2**12, "deg"),
            ),
        ),
        ("030", Repeated(fixed(Field("", 7), spare(1)), counted=False)),
        ("080", fixed(spare(4), *_doubt(_CODE_BITS))),
        ("100", fixed(*flags("V", "G"), spare(2), Field("MODEC", 12), spare(4), *_doubt(_GREY_ORDER))),
        ("110", fixed(spare(2), Field("3DH", 14, 25.0, "ft", signed=True))),
        ("120", _DOPPLER),
        (
            "230",
            fixed(
                Field("COM", 3),
                Field("STAT", 3),
                Field("SI", 1),
                spare(1),
                *flags("MSSC", "ARC", "AIC", "B1A"),
                Field("B1B", 4),
            ),
        ),
        ("260", fixed(Field("", 56, text="hex"))),
        ("055", fixed(*flags("V", "G", "L"), Field("MODE1", 5))),
        ("050", fixed(*flags("V", "G", "L"), spare(1), Field("MODE2", 12, text="octal"))),
        ("065", fixed(spare(3), *_doubt(("A4", "A2", "A1", "B2", "B1")))),
        ("060", fixed(spare(4), *_doubt(_CODE_BITS))),
        ("SP", Explicit()),
        ("RE", Explicit()),
    ),
)
"""Monoradar target reports."""
