"""Bills in closed form: costs, payments that cancel, loans, prices let off, and the transfer at which joining pays."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_world import MONEY, agreement, world

from jointsky.errors import StudyError
from jointsky.planning.ledgers import BreakEven, Gain, bill, break_even, gains, room
from jointsky.planning.statements import money, read_gains

DAY = date(2004, 1, 1)
WARN = {"id": "W", "share": "warning", "from": "east", "to": "west"}


def paid(giver: str, receiver: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"from": giver, "to": receiver, "amount": amount, "day": DAY, "for": "goods", **more}


def test_costs_are_things_times_price_times_years(tmp_path: Path) -> None:
    costs = {
        "radar": {"operation": "10 million USD"},
        "gap_filler_uhf_2d": {"acquisition": "3 million USD"},
        "fighter": {"acquisition": "1 million USD"},
        "east.guest": {"operation": "2 million USD", "paid_by": {"owner": "25 %", "west": "75 %"}},
    }
    scenario = world(tmp_path, ledger={**MONEY, "begins": date(2000, 1, 1), "costs": costs})
    found = bill(scenario, DAY)  # 1461 days are four years
    assert found.of("west", "operation") == pytest.approx(1 * 10e6 * 4 + 2e6 * 4 * 0.75, rel=1e-12)
    assert found.of("east", "operation") == pytest.approx(1 * 10e6 * 4 + 2e6 * 4 * 0.25, rel=1e-12)
    # two sites of the type, and one unit of the kind
    assert found.of("west", "acquisition") == pytest.approx(2 * 3e6 + 1 * 1e6, rel=1e-12)
    assert found.of("east", "acquisition") == pytest.approx(1 * 3e6 + 2 * 1e6, rel=1e-12)
    assert bill(scenario, None).of("south", "operation") == 0.0
    assert bill(scenario, date(1999, 1, 1)).of("west", "operation") == 0.0


def test_a_type_is_counted_by_sites_batteries_and_aircraft(tmp_path: Path) -> None:
    costs = {name: {"acquisition": "1 USD"} for name in ("sam_long", "sam_acquisition_sband_3d", "gap_filler_uhf_2d")}
    lines = bill(world(tmp_path, ledger={**MONEY, "costs": costs}), DAY).lines
    assert {(line.party, line.purpose): line.amount for line in lines} == {
        ("east", "1 x gap_filler_uhf_2d"): 1.0,
        ("west", "2 x gap_filler_uhf_2d"): 2.0,
        ("east", "1 x sam_acquisition_sband_3d"): 1.0,
        ("east", "1 x sam_long"): 1.0,
    }


def test_a_discount_is_let_off_by_the_one_who_is_paid(tmp_path: Path) -> None:
    found = bill(world(tmp_path, ledger={**MONEY, "payments": [paid("west", "east", "100 USD", discount="30 %")]}), DAY)
    assert (found.of("west", "paid"), found.of("east", "received")) == (70.0, -70.0)
    assert (found.let_off("west"), found.let_off("east")) == (30.0, -30.0)


def test_a_loan_is_owed_until_it_is_paid_back_and_never_borne(tmp_path: Path) -> None:
    entries = [
        paid("bank", "west", "100 USD", loan=True),
        paid("west", "bank", "40 USD", loan=True, day=DAY + timedelta(days=1)),
        paid("west", "bank", "5 USD", day=DAY + timedelta(days=1)),
    ]
    scenario = world(tmp_path, ledger={**MONEY, "outsiders": ["bank"], "payments": entries})
    first, then = bill(scenario, DAY), bill(scenario, DAY + timedelta(days=1))
    assert (first.owes("west"), first.owes("bank"), first.of("west")) == (100.0, -100.0, 0.0)
    assert (then.owes("west"), then.owes("bank"), then.of("west")) == (60.0, -60.0, 5.0)


def test_a_payment_by_a_clause_is_due_only_while_it_holds(tmp_path: Path) -> None:
    scenario = world(
        tmp_path,
        agreements=agreement(WARN, in_force=date(2003, 1, 1), until=date(2005, 1, 1)),
        ledger={**MONEY, "payments": [paid("west", "east", "9 USD", clause="W"), paid("west", "east", "1 USD")]},
    )
    assert bill(scenario, DAY).of("west") == 10.0
    assert bill(scenario, DAY, apart=True).of("west") == 1.0
    late = bill(scenario, date(2005, 1, 1))
    assert late.of("west") == 1.0
    assert late.not_due == ("goods: clause W is not in force",)
    assert bill(scenario, DAY - timedelta(days=1)).lines == ()


def test_the_burden_is_forces_and_what_hangs_on_clauses(tmp_path: Path) -> None:
    scenario = world(
        tmp_path,
        agreements=agreement(WARN),
        ledger={
            **MONEY,
            "costs": {"west.air": {"operation": "30 USD"}, "east.air": {"operation": "50 USD"}},
            "payments": [paid("west", "east", "10 USD", clause="W"), paid("east", "west", "500 USD")],
        },
    )
    found = bill(scenario, DAY)
    assert (found.burden("west"), found.burden("east"), found.burden("south")) == (40.0, 40.0, 0.0)
    assert [found.share(name, ("west", "east", "south")) for name in ("west", "east", "south")] == [0.5, 0.5, 0.0]
    assert found.share("west", ("south",)) is None


payments = st.lists(
    st.tuples(
        st.sampled_from(("west", "east", "south", "bank")),
        st.sampled_from(("west", "east", "south", "bank")),
        st.integers(0, 10**12),
        st.integers(0, 100),
        st.booleans(),
    ).filter(lambda one: one[0] != one[1]),
    max_size=8,
)


@given(payments)
def test_what_is_paid_is_received(tmp_path_factory: pytest.TempPathFactory, made: list[tuple[Any, ...]]) -> None:
    entries = [
        paid(giver, receiver, f"{amount} USD", loan=loan, discount="0 %" if loan else f"{part} %")
        for giver, receiver, amount, part, loan in made
    ]
    ledger = {**MONEY, "outsiders": ["bank"], "payments": entries}
    found = bill(world(tmp_path_factory.mktemp("bill"), ledger=ledger), DAY)
    assert found.balance == 0.0
    whole = sum(amount for _, _, amount, _, _ in made)
    paid_and_let_off = sum(line.amount + line.let_off for line in found.lines if line.sort in ("paid", "lent"))
    assert paid_and_let_off == pytest.approx(whole, rel=1e-12)


def summary(**damage: tuple[float, float]) -> dict[str, Any]:
    arms = {
        arm: {f"damage_{name}": {"n": 2, "mean": both[i]} for name, both in damage.items()}
        for i, arm in enumerate(("none", "deal"))
    }
    pair = {f"damage_{name}": {"diff": a - b, "low": a - b - 1, "high": a - b + 1} for name, (a, b) in damage.items()}
    return {"arms": arms, "pairs": {"none-deal": pair}}


def test_gains_are_the_damage_that_joining_spares() -> None:
    found = gains(summary(west=(9.0, 4.0), east=(1.0, 2.0)), ("west", "east", "south"), "none", "deal")
    assert found == {"west": Gain("west", 9.0, 4.0, 4.0, 6.0), "east": Gain("east", 1.0, 2.0, -2.0, 0.0)}
    assert (found["west"].value, found["east"].value) == (5.0, -1.0)
    with pytest.raises(StudyError, match="found no arm 'dael' in the study, expected one of none, deal"):
        gains(summary(west=(1.0, 1.0)), ("west",), "none", "dael")


def test_break_even_in_closed_form(tmp_path: Path) -> None:
    scenario = world(
        tmp_path,
        agreements=agreement(WARN),
        ledger={**MONEY, "worth": "10 USD", "payments": [paid("west", "east", "20 USD", clause="W")]},
    )
    saved = gains(
        summary(west=(9.0, 4.0), east=(1.0, 2.0), south=(3.0, 3.0)), ("west", "east", "south"), "none", "deal"
    )
    found = {one.nation: one for one in break_even(scenario, DAY, saved)}
    assert found["west"] == BreakEven("west", 20.0, 5.0, 20.0 - 5.0 * 10.0, 4.0)
    assert found["east"] == BreakEven("east", -20.0, -1.0, -20.0 + 10.0, None)
    assert found["south"] == BreakEven("south", 0.0, 0.0, 0.0, None)
    # payments between them cancel: what is left to divide is what all gain together, in money
    assert room(found.values()) == (5.0 - 1.0 + 0.0) * 10.0
    assert room([found["west"], BreakEven("x", 0.0, None, None, None)]) is None


def test_a_study_is_read_from_its_folder(tmp_path: Path) -> None:
    scenario = world(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps(summary(west=(9.0, 4.0))))
    assert read_gains(tmp_path, scenario, None, None)["west"].value == 5.0
    assert read_gains(tmp_path, scenario, "deal", "none")["west"].value == -5.0
    for text, words in (("{", "not JSON"), ("[]", "found no arms"), ('{"arms": {}}', "found no arms")):
        (tmp_path / "summary.json").write_text(text)
        with pytest.raises(StudyError, match=words):
            read_gains(tmp_path, scenario, None, None)
    with pytest.raises(StudyError, match="expected the folder of a study"):
        read_gains(tmp_path / "none", scenario, None, None)


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0.0, "0"), (999.0, "999"), (-1500.0, "-1.5 thousand"), (2.46e9, "2.46 bn"), (3e8, "300 million")],
)
def test_money_in_words(amount: float, words: str) -> None:
    assert money(amount) == words
