"""The ledger as its author writes it: each value alone, names that lead nowhere, and counts that add up by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jointsky.scenario.holdings import days, faults, holdings, journal, ledger_notes, totals
from jointsky.scenario.ledger import Account, Ledger, Meanings, Money, dangling

KNOWN = Meanings.of(["west", "east"], ["strip"], ["west.qra"], ["sam_long"])
BASE: dict[str, Any] = {"currency": "USD", "year": 2000, "source": "notional"}
FIRST = date(2000, 1, 1)


def ledger(**sections: Any) -> Ledger:
    return Ledger.model_validate({**BASE, **sections})


def refusal(**sections: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        ledger(**sections)
    return "; ".join(error["msg"] for error in caught.value.errors())


def notes(**sections: Any) -> list[tuple[str, str]]:
    found = dangling(ledger(**sections), KNOWN)
    return [(".".join(map(str, path)), message) for path, message in found]


def paid(**terms: Any) -> dict[str, Any]:
    return {"from": "west", "to": "east", "amount": "1 USD", "day": "2000-01-01", "for": "goods", **terms}


def held(count: int, place: str = "east", day: str = "2000-01-01", **terms: Any) -> dict[str, Any]:
    return {"category": "guns", "held": place, "count": count, "day": day, **terms}


def moved(count: int, origin: str, goal: str, day: str = "2000-02-01", **terms: Any) -> dict[str, Any]:
    return {"category": "guns", "count": count, "from": origin, "to": goal, "day": day, **terms}


# ---- each value alone


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5000 USD", 5e3),
        ("2 thousand USD", 2e3),
        ("300 million USD", 3e8),
        ("2.46 bn USD", 2.46e9),
        ("2.USD", 2.0),
        (".5 bn USD", 5e8),
        (" 7 USD ", 7.0),
    ],
)
def test_amounts_carry_their_currency(text: str, amount: float) -> None:
    assert ledger(worth=text).worth == Money(pytest.approx(amount, rel=1e-15), "USD")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5000, "found 5000 without a currency, expected an amount such as '2 bn USD'"),
        ("5000", "found '5000' without a currency"),
        ("3 million", "found '3 million' without a currency"),
        ("-3 USD", "found '-3 USD', expected an amount"),
        ("3 usd", "found '3 usd' without a currency, expected an amount"),
        ("3 DOLLARS", "found '3 DOLLARS', expected an amount"),
        ("3 billion USD", "expected thousand, million or bn before the currency, not 'billion'"),
        (True, "found True, expected an amount"),
        (["3 USD"], "found ['3 USD'], expected an amount"),
        ({}, "found {}, expected an amount"),
        ("nan USD", "expected an amount"),
    ],
)
def test_what_is_no_amount(value: object, words: str) -> None:
    assert words in refusal(worth=value)


@pytest.mark.parametrize(
    ("text", "account", "words"),
    [
        ("east", Account("east", "east"), "east"),
        ("east in west", Account("east", "west"), "east in west"),
        ("a.b-c in d_e", Account("a.b-c", "d_e"), "a.b-c in d_e"),
        ("none", None, "None"),
    ],
)
def test_whose_and_where(text: str, account: Account | None, words: str) -> None:
    found = ledger(movements=moved(1, "north", text)).movements[0].goal
    assert (found, str(found)) == (account, words)


@pytest.mark.parametrize(
    "value", ["east  in west", "east on west", "in west", "", 3, ["east"], {"east": "west"}, False]
)
def test_what_is_no_account(value: object) -> None:
    assert f"found {value!r}, expected NATION, NATION in PLACE, or none" in refusal(movements=moved(1, "east", value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"currency": "US"}, "found 'US', expected a currency by its three capital letters, such as USD"),
        ({"currency": 840}, "found 840, expected a currency"),
        ({"year": 1899}, "greater than or equal to 1900"),
        ({"year": "2000"}, "valid integer"),
        ({"begins": "2009-02-30"}, "found '2009-02-30', expected a day such as 1995-02-10"),
        ({"source": ""}, "found '', expected where the numbers were read, or the word notional"),
        ({"source": 7}, "found 7, expected where the numbers were read"),
        ({"reliability": {"east": "101 %"}}, "expected at most 100 %"),
        ({"costs": {"sam": {}}}, "expected acquisition (once), operation (each year), or both"),
        ({"costs": {"sam": {"acquisition": "1 USD", "paid_by": {"east": "50 %"}}}}, "add up to 50 %, expected 100 %"),
        ({"payments": paid(loan=True, discount="5 %")}, "found a discount on a loan, expected one of them"),
        ({"payments": paid(to="west")}, "found west paying itself, expected two parties"),
        ({"categories": {"guns": {"reach": "5 km", "type": "x"}}}, "found reach and type, expected one of them"),
        ({"movements": moved(1, "east", "east")}, "found from and to both east, expected two different ones"),
        ({"movements": moved(1, "none", "none")}, "found from and to both none, expected two different ones"),
        ({"movements": moved(1, "east in west", "east in west")}, "found from and to both east in west"),
        ({"movements": moved(0, "east", "west")}, "greater than or equal to 1"),
        ({"stocks": held(-1)}, "greater than or equal to 0"),
        ({"stocks": held(1.5)}, "valid integer"),  # type: ignore[arg-type]
        ({"stock": []}, "Extra inputs are not permitted"),
    ],
)
def test_what_is_refused(sections: dict[str, Any], words: str) -> None:
    assert words in refusal(**sections)


def test_a_single_entry_needs_no_list_and_owners_pay() -> None:
    found = ledger(
        payments=paid(), stocks=held(1), movements=moved(1, "none", "east"), costs={"sam": {"operation": "1 USD"}}
    )
    assert (len(found.payments), len(found.stocks), len(found.movements)) == (1, 1, 1)
    assert found.costs["sam"].paid_by == {"owner": 1.0}
    assert ledger(costs={"sam": {"operation": "1 USD", "paid_by": "west"}}).costs["sam"].paid_by == {"west": 1.0}


# ---- names


def test_a_right_ledger_has_nothing_to_note() -> None:
    found = notes(
        outsiders=["bank"],
        worth="1 USD",
        reliability={"east": "90 %"},
        costs={
            "radar": {"operation": "1 USD"},
            "sam_long": {"acquisition": "1 USD", "paid_by": {"owner": "50 %", "east": "50 %"}},
            "west.qra": {"operation": "1 USD", "paid_by": "west"},
        },
        payments=[paid(), paid(**{"from": "bank"}, loan=True)],
        categories={"guns": {"title": "guns"}, "arrows": {"type": "sam_long"}},
        stocks=[held(1), held(1, "east in strip"), held(0, "west in east")],
        movements=[moved(1, "east", "west in strip"), moved(1, "none", "west")],
    )
    assert found == []


@pytest.mark.parametrize(
    ("sections", "where", "words"),
    [
        (
            {"costs": {"sma": {"operation": "1 USD"}}},
            "ledger.costs.sma",
            "unknown kind, type or unit 'sma'; did you mean",
        ),
        (
            {"costs": {"sam": {"operation": "1 USD", "paid_by": "wets"}}},
            "ledger.costs.sam.paid_by",
            "unknown nation 'wets'; did you mean west? known: east, owner, west",
        ),
        ({"payments": paid(**{"from": "bank"})}, "ledger.payments.0.from", "unknown nation or outsider 'bank'; known"),
        ({"payments": [paid(), paid(to="bank")]}, "ledger.payments.1.to", "unknown nation or outsider 'bank'"),
        (
            {"reliability": {"esat": "9 %"}},
            "ledger.reliability.esat",
            "unknown nation 'esat'; did you mean east or west? known",
        ),
        (
            {"categories": {"guns": {"type": "sam_lnog"}}},
            "ledger.categories.guns.type",
            "unknown type 'sam_lnog'; did you mean sam_long?",
        ),
        (
            {"categories": {"guns": {}}, "stocks": held(1, category="gun")},
            "ledger.stocks.0.category",
            "unknown category 'gun'; did you mean guns?",
        ),
        ({"stocks": held(1, "none")}, "ledger.stocks.0.held", "found none, expected NATION or NATION in PLACE"),
        ({"stocks": held(1, "esat")}, "ledger.stocks.0.held", "unknown nation 'esat'"),
        (
            {"stocks": held(1, "east in wets")},
            "ledger.stocks.0.held",
            "unknown nation or zone 'wets'; did you mean west",
        ),
        ({"movements": moved(1, "esat", "west")}, "ledger.movements.0.from", "unknown nation 'esat'"),
        ({"movements": moved(1, "none", "west in strp")}, "ledger.movements.0.to", "unknown nation or zone 'strp'"),
        ({"worth": "1 EUR"}, "ledger.worth", "found EUR, expected USD, the currency of the whole"),
        ({"payments": paid(amount="1 EUR")}, "ledger.payments.0.amount", "found EUR"),
        ({"costs": {"sam": {"acquisition": "1 EUR"}}}, "ledger.costs.sam.acquisition", "found EUR"),
        ({"costs": {"sam": {"operation": "1 EUR"}}}, "ledger.costs.sam.operation", "found EUR"),
    ],
)
def test_a_name_that_leads_nowhere(sections: dict[str, Any], where: str, words: str) -> None:
    found = notes(**sections)
    assert [path for path, _ in found] == [where]
    assert words in found[0][1]


@pytest.mark.parametrize(
    ("sections", "where"),
    [
        ({"costs": {"sam": {"operation": "1 USD"}}}, "ledger.costs.sam"),
        ({"payments": paid()}, "ledger.payments.0"),
        ({"stocks": held(1)}, "ledger.stocks.0"),
        ({"movements": moved(1, "none", "west")}, "ledger.movements.0"),
        ({"categories": {"guns": {"reach": "5 km"}}}, "ledger.categories.guns"),
    ],
)
def test_every_number_has_a_source(sections: dict[str, Any], where: str) -> None:
    found = notes(**{"source": None, **sections})
    assert found == [(where, "'source' is missing: say where the numbers were read, or notional")]


def test_a_category_that_says_nothing_in_numbers_needs_no_source() -> None:
    assert notes(source=None, categories={"guns": {"title": "guns"}, "arrows": {"type": "sam_long"}}) == []


def test_an_entry_has_its_own_source_before_the_ledgers() -> None:
    found = ledger(stocks=[held(1, source="a book"), held(1)])
    assert [found.source_of(stock) for stock in found.stocks] == ["a book", "notional"]
    assert Ledger.model_validate({"currency": "USD", "year": 2000, "stocks": held(1)}).source_of(found.stocks[1]) == ""


# ---- counts by day


def added(*stocks: dict[str, Any], moves: tuple[dict[str, Any], ...] = ()) -> list[tuple[str, str]]:
    found = faults(ledger(stocks=list(stocks), movements=list(moves)))
    return [(".".join(map(str, path)), message) for path, message in found]


def test_counts_hold_when_a_day_begins_and_movements_when_it_ends() -> None:
    book = ledger(stocks=[held(5), held(0, "west")], movements=moved(3, "east", "west"))
    for day, east, west in (
        (FIRST, 5, 0),
        (date(2000, 1, 31), 5, 0),
        (date(2000, 2, 1), 2, 3),
        (date(2001, 1, 1), 2, 3),
    ):
        found = {str(key): count for key, count in holdings(book, day).items()}
        assert found == {"guns of east": east, "guns of west": west}
        assert totals(book, day) == {"guns": 5}
    assert holdings(book, date(1999, 12, 31)) == {}
    assert days(book) == (FIRST, date(2000, 2, 1))
    assert [(str(s.day), str(s.key), s.arrived, s.left, s.count) for s in journal(book)] == [
        ("2000-02-01", "guns of east", 0, 3, 2),
        ("2000-02-01", "guns of west", 3, 0, 3),
    ]


@pytest.mark.parametrize(
    ("stocks", "moves", "where", "words"),
    [
        (
            [held(2)],
            [moved(3, "east", "none")],
            "movements.0.count",
            "found 3 guns of east leaving on 2000-02-01, expected at most the 2 that",
        ),
        ([], [moved(1, "east", "none")], "movements.0.count", "expected at most the 0 that are there"),
        (
            [held(2)],
            [moved(2, "east", "none"), moved(1, "east", "west")],
            "movements.1.count",
            "found 1 guns of east leaving on 2000-02-01, expected at most the 0 that are there",
        ),
        (
            [held(2), held(3, day="2000-03-01")],
            [],
            "stocks.1.count",
            "found 3 guns of east on 2000-03-01, expected 2 by what",
        ),
        (
            [held(2), held(1, day="2000-02-01")],
            [moved(1, "east", "none")],
            "stocks.1.count",
            "found 1 guns of east on 2000-02-01, expected 2 by what stands before",
        ),
        ([held(2), held(3)], [], "stocks.1.count", "found 3 guns of east on 2000-01-01, expected 2"),
        (
            [held(2)],
            [moved(1, "none", "east", "1999-12-31")],
            "movements.0.day",
            "found guns of east moving on 1999-12-31, expected 2000-01-01 or later, from when",
        ),
    ],
)
def test_what_does_not_add_up(
    stocks: list[dict[str, Any]], moves: list[dict[str, Any]], where: str, words: str
) -> None:
    found = added(*stocks, moves=tuple(moves))
    assert [path for path, _ in found] == [f"ledger.{where}"]
    assert words in found[0][1]
    with pytest.raises(ValueError, match=words.split(",")[0]):
        holdings(ledger(stocks=stocks, movements=moves), date(2010, 1, 1))


def test_on_one_day_things_may_arrive_and_leave_in_any_order() -> None:
    moves = (moved(2, "east", "none"), moved(2, "none", "east"))
    assert added(moves=moves) == added(moves=moves[::-1]) == []


def test_one_account_has_one_fault_and_names_are_mended_first() -> None:
    wrong = {"stocks": [held(1)], "movements": [moved(2, "east", "none"), moved(2, "east", "none", "2000-03-01")]}
    assert len(list(faults(ledger(**wrong)))) == 1
    found = list(ledger_notes(ledger(**wrong, reliability={"wets": "5 %"}), KNOWN))
    assert [path for path, _ in found] == [("ledger", "reliability", "wets")]
    assert [path for path, _ in ledger_notes(ledger(**wrong), KNOWN)] == [("ledger", "movements", 0, "count")]


places = st.sampled_from(["east", "west", "east in west", "none"])
steps = st.tuples(st.integers(1, 9), places, places, st.integers(1, 28)).filter(lambda step: step[1] != step[2])


@given(st.lists(steps, max_size=8))
def test_nothing_comes_from_nothing(made: list[tuple[int, str, str, int]]) -> None:
    """Where the books add up, the sum changes only by what is new or no more, and no account is below nothing."""
    book = ledger(
        stocks=[held(9, place) for place in ("east", "west", "east in west")],
        movements=[moved(count, origin, goal, f"2000-02-{day:02}") for count, origin, goal, day in made],
    )
    if any(faults(book)):
        with pytest.raises(ValueError, match="leaving"):
            holdings(book, FIRST)
        return
    for day in days(book):
        counts = holdings(book, day)
        new = sum(m.count * ((m.origin is None) - (m.goal is None)) for m in book.movements if m.day <= day)
        assert min(counts.values()) >= 0
        assert sum(counts.values()) == totals(book, day)["guns"] == 27 + new
