"""The way of an order: consent refused by chance, withdrawn on the way, limits that nobody exceeds, delay of a clause,
a deputy's route."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
import treaties

from jointsky.links.arrangement import Stock
from jointsky.links.compiler import compile_arrangement
from jointsky.links.network import Network
from jointsky.links.pools import Pools
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import Act, Shooter, Shot
from jointsky.vocab.messages import Consent, Orders, Plots, Refusal, ShotReports
from jointsky.vocab.records import ORDER, PLOT, SENSOR, SHOT_REPORT, UNIT_STATUS, Rows, empty


class Own(NamedTuple):
    """A network of two seconds."""

    delay: float = 2.0
    loss: float = 0.0


def network(change: Any, phase: str = "peace", seed: int = 7) -> Network:
    text = treaties.read("joint-2009")
    change(text, {c["id"]: c for pact in text["agreements"] for c in pact["clauses"]})
    spec = AgreementFile.model_validate(text)
    units = treaties.things(list(spec.units), list(spec.nations))
    stock = {"east.sam.1": Stock(0, 20), "east.qra": Stock(2, 8)}
    arr = compile_arrangement(spec, units[:1] + units[3:5], units, treaties.LANDS, stock=stock)
    return Network(arr, empty(SENSOR, len(arr.sensors)), {"west": Own(), "east": Own()}, seed, phase)


def order(net: Network, unit: str, number: int, act: Act = Act.ENGAGE, t_s: float = 0.0, **more: Any) -> Rows:
    rows = empty(ORDER, 1)
    fighter = "qra" in unit
    fields = {"order_id": number, "unit": net.arr.unit_rows[unit], "act": act, "shots": 1, "t_issued_s": t_s,
              "t_approved_s": t_s, "shooter": Shooter.FIGHTER if fighter else Shooter.LAUNCHER, "row": 0} | more
    for name, value in fields.items():
        rows[name] = value
    return rows  # fmt: skip


def watch(net: Network, until_s: float, start_s: float = 0.0) -> tuple[list[tuple[float, int, int]], list[Refusal]]:
    """(time, order, act) of what reaches units, stops among them, and the refusals that posts hear."""
    arrived: list[tuple[float, int, int]] = []
    heard: list[Refusal] = []
    for t_s in np.arange(start_s, until_s + 0.5):
        for rows in (net.orders_due(float(t_s)), net.stops_due(float(t_s))):
            arrived += [(float(t_s), int(r["order_id"]), int(r["act"])) for r in rows]
        for messages in net.deliver(float(t_s)).values():
            heard += [message for message in messages if isinstance(message, Refusal)]
    return arrived, heard


def chancy(_: Any, clauses: Any) -> None:
    clauses["C2"]["approval"]["refused"] = "40 %"


def test_who_is_asked_for_consent_refuses_what_waits_for_it_and_nothing_else() -> None:
    """Two orders wait for the owner's consent by one clause; a third comes after the refusal and is carried out."""
    net = network(lambda *_: None)
    for number in (1, 2):
        net.post_orders(Orders("west.cp", order(net, "east.qra", number, t_approved_s=60.0), (("C2",),)), 0.0)
    assert watch(net, 10.0) == ([], []), "both wait"
    for by, clause in (("west", "C2"), ("east", "C1"), ("east", "NONE")):
        net.desk.refuse(by, clause, 10.0)
        (event,) = net.desk.events
        assert (event.what, event.name, event.by, event.t_s) == ("ineffective", clause, by, 10.0)
        net.desk.events.clear()
    net.desk.refuse("east", "C2", 11.0)
    assert not net.desk.events, "what stands against an order shows when its approval is due"
    net.post_orders(Orders("west.cp", order(net, "east.qra", 3, t_approved_s=70.0), (("C2",),)), 12.0)
    arrived, heard = watch(net, 90.0, 11.0)
    assert [number for _, number, _ in arrived] == [3]
    assert {(told.order_id, told.against) for told in heard} == {(1, ("consent.C2",)), (2, ("consent.C2",))}
    assert {(e.what, e.name, e.t_s) for e in net.desk.events} == {("refused", "C2", 60.0)}


def test_consent_is_refused_by_chance_in_the_name_of_order_and_unit() -> None:
    refused: set[int] = set()
    for numbers in (range(1, 101), range(100, 0, -1)):
        net = network(chancy)
        for number in numbers:
            net.post_orders(Orders("west.cp", order(net, "east.qra", number, t_approved_s=60.0), (("C2",),)), 0.0)
            net.post_orders(Orders("west.cp", order(net, "east.qra", number, t_approved_s=60.0), (("C2",),)), 0.0)
        arrived, heard = watch(net, 80.0)
        told = {refusal.order_id for refusal in heard}
        assert len(heard) == len(told), "told once, however often the order was refreshed"
        assert told | {number for _, number, _ in arrived} == set(range(1, 101))
        assert not told & {number for _, number, _ in arrived}, "never carried out"
        assert {refusal.against for refusal in heard} == {("consent.C2",)}
        assert not refused or told == refused, "the order of orders changes nobody's luck"
        refused = told
        assert {(e.what, e.name, e.t_s) for e in net.desk.events} == {("refused", "C2", 60.0)}
    assert 25 <= len(refused) <= 55


def test_a_refusal_is_heard_only_when_the_approval_was_due_and_the_way_back_is_over() -> None:
    net = network(lambda _, clauses: clauses["C2"]["approval"].update(refused="100 %"))
    net.post_orders(Orders("west.cp", order(net, "east.qra", 1, t_approved_s=60.0), (("C2",),)), 0.0)
    assert watch(net, 62.0) == ([], [])
    assert [refusal.t_s for refusal in watch(net, 63.0, 63.0)[1]] == [60.0]


def test_coming_home_needs_nobodys_consent() -> None:
    net = network(lambda _, clauses: clauses["C2"]["approval"].update(refused="100 %"))
    for number, act in ((1, Act.CEASE), (2, Act.RECOVER)):
        net.post_orders(Orders("west.cp", order(net, "east.qra", number, act), (("C2",),)), 0.0)
    assert [number for _, number, _ in watch(net, 10.0)[0]] == [1, 2]


def takes_back(_: Any, clauses: Any) -> None:
    clauses["C3"]["withdrawal"] = {"by": ["east.president"], "takes": "30 s"}


def test_withdrawn_consent_stops_held_flying_and_delivered_orders_after_its_time() -> None:
    net = network(takes_back, "war")
    delivered = np.concatenate([order(net, "east.sam.1", 1), order(net, "east.qra", 2), order(net, "west.sam.1", 3)])
    net.post_orders(Orders("joint.cp", delivered, (("C3",), ("C3",), ("C3", "national"))), 0.0)
    assert [n for _, n, _ in watch(net, 10.0)[0]] == [3, 1, 2]
    net.tell(Consent("C3", False, 10.0), 10.0)
    held = order(net, "east.sam.1", 4, t_s=10.0, t_approved_s=45.0)
    flying = order(net, "east.sam.1", 5, t_s=10.0, t_approved_s=38.0)
    net.post_orders(Orders("joint.cp", np.concatenate([held, flying]), (("C3",), ("C3",))), 10.0)
    arrived, _ = watch(net, 100.0, 11.0)
    assert arrived == [(40.0, 1, Act.CEASE), (40.0, 2, Act.RECOVER)], "a nation's own order goes on"
    assert {(e.what, e.order_id, e.t_s) for e in net.desk.events} == {("stopped", 1, 40.0), ("stopped", 2, 40.0)}


def test_consent_given_again_in_time_stops_nothing() -> None:
    net = network(takes_back, "war")
    net.post_orders(Orders("joint.cp", order(net, "east.sam.1", 1), (("C3",),)), 0.0)
    watch(net, 10.0)
    net.tell(Consent("C3", False, 10.0), 10.0)
    net.tell(Consent("C3", True, 20.0), 20.0)
    assert watch(net, 100.0, 20.0) == ([], [])


def test_only_posts_of_the_parties_hear_and_withdrawn_data_stop() -> None:
    def third(text: Any, clauses: Any) -> None:
        text["nations"]["south"] = {}
        text["posts"]["south.cp"] = {"nation": "south"}
        clauses["S1"]["withdrawal"] = {"by": ["east.president"], "takes": "5 s"}

    net = network(third, "war")
    net.tell(Consent("S1", False, 0.0), 0.0)
    heard = {post for post, messages in net.deliver(0.0).items() if any(isinstance(m, Consent) for m in messages)}
    assert heard == {"west.cp", "east.cp", "joint.cp"}
    foreign: list[float] = []
    for t_s in range(20):
        rows = empty(PLOT, 1)
        rows["sensor"], rows["t_seen_s"], rows["range_m"] = net.arr.sensor_rows["east.radar.1"], t_s, 5e4
        net.post_plots(rows, float(t_s))
        came = [m for m in net.deliver(float(t_s)).get("west.cp", []) if isinstance(m, Plots)]
        foreign += [float(m.rows["t_seen_s"][0]) - 3.0 for m in came]
    assert foreign == [0.0, 1.0, 2.0, 3.0, 4.0], "what was sent by then arrives"


def test_the_delay_of_a_clause_is_added_to_that_of_its_link() -> None:
    def slow(_: Any, clauses: Any) -> None:
        clauses["C3"] |= {"delay": "10 s", "over": "joint"}
        clauses["S1"]["delay"] = "4 s"

    net = network(slow, "war")
    net.post_orders(Orders("joint.cp", order(net, "east.sam.1", 1), (("C3",),)), 0.0)
    rows = empty(PLOT, 1)
    rows["sensor"], rows["range_m"] = net.arr.sensor_rows["east.radar.1"], 5e4
    net.post_plots(rows, 0.0)
    plots = [float(t) for t in range(20) for m in net.deliver(float(t)).get("west.cp", []) if isinstance(m, Plots)]
    assert plots == [7.0]
    assert [(float(r["t_effective_s"])) for r in net.orders_due(30.0)] == [13.0]


def test_a_deputys_order_avoids_the_lost_link() -> None:
    def deputised(text: Any, _: Any) -> None:
        text["posts"]["joint.cp"]["deputies"] = ["east.cp"]
        text["links"]["joint"]["cuts"] = [{"start": "0 s", "end": "900 s"}]
        text["agreements"][1]["on_link_loss"]["then"] = "deputy"

    net = network(deputised, "war")
    net.deliver(0.0)
    net.deliver(40.0)
    net.post_orders(Orders("east.cp", order(net, "west.sam.1", 1, t_s=40.0), (("C3",),)), 40.0)
    net.post_orders(Orders("joint.cp", order(net, "west.sam.1", 2, t_s=40.0), (("C3",),)), 40.0)
    assert watch(net, 100.0, 40.0)[0] == [(46.0, 1, Act.ENGAGE)], "over the exchange (4 s) and west's own network"


def limited(**limits: Any) -> Any:
    def change(_: Any, clauses: Any) -> None:
        clauses["C3"]["limits"] = limits

    return change


def report(number: int, shots: int, result: Shot = Shot.HIT, shooter: Shooter = Shooter.LAUNCHER) -> Rows:
    rows = empty(SHOT_REPORT, 1)
    rows["order_id"], rows["shots"], rows["result"], rows["shooter"] = number, shots, result, shooter
    return rows


def test_shots_beyond_the_limit_are_dropped_and_told() -> None:
    net = network(limited(shots="30 %"), "war")
    assert {g.giver: g.most for g in net.arr.orders if g.clause.id == "C3"}["east"] == {"shots": 8}
    rows = np.concatenate([order(net, "east.sam.1", n, shots=3) for n in range(1, 6)])
    net.post_orders(Orders("joint.cp", rows, (("C3",),) * 5), 0.0)
    due = [(int(r["order_id"]), int(r["shots"])) for r in net.orders_due(5.0)]
    assert due == [(1, 3), (2, 3), (3, 2)], "the third is cut down to what is left"
    assert [r.against for r in watch(net, 20.0, 6.0)[1]] == [("C3",), ("C3",)]
    assert {(e.what, e.order_id) for e in net.desk.events} == {("limit", 4), ("limit", 5)}
    assert sum("limit of clause C3" in item.reason for item in net.dropped) == 2


@pytest.mark.parametrize("seed", range(20))
def test_fired_and_under_way_never_exceed_the_limit(seed: int) -> None:
    """Random orders, refreshes, misses and reports; what was launched is counted by this test itself."""
    luck = np.random.default_rng(seed)
    most = int(luck.integers(1, 15))
    net = network(limited(shots=most), "war")
    pools = Pools(net.arr)
    under_way: dict[int, tuple[int, bool]] = {}
    fired = 0
    for number in range(1, 300):
        fighter = bool(luck.random() < 0.5)
        row = order(net, "east.qra" if fighter else "east.sam.1", number, shots=int(luck.integers(1, 4)))
        if pools.admit(row, ("C3",), 0.0) is None:
            under_way[number] = (int(row["shots"][0]), fighter)
            assert pools.admit(row.copy(), ("C3",), 1.0) is None, "a refreshed order is no new one"
        for done in [n for n in under_way if luck.random() < 0.3]:
            shots, flies = under_way.pop(done)
            launched = shots if luck.random() < 0.8 else 0
            fired += launched
            result = Shot.MISS if launched and luck.random() < 0.6 else Shot.HIT if launched else Shot.CEASED
            told = report(done, launched, result, Shooter.FIGHTER if flies else Shooter.LAUNCHER)
            if not pools.report(told) and flies and result == Shot.MISS:
                under_way[done] = (launched, True)
        assert fired + sum(shots for shots, _ in under_way.values()) <= most
        assert ("C3", "east") in pools.spent() or pools.room(("C3", "east")) > 0
    assert fired > 0


def test_a_fighter_that_may_not_fire_again_is_called_home() -> None:
    net = network(limited(shots=3), "war")
    net.post_orders(Orders("joint.cp", order(net, "east.qra", 1, shots=2), (("C3",),)), 0.0)
    assert [n for _, n, _ in watch(net, 5.0)[0]] == [1]
    net.post_reports(ShotReports("units", report(1, 2, Shot.MISS, Shooter.FIGHTER)), 6.0)
    assert watch(net, 10.0, 7.0)[0] == [(7.0, 1, Act.RECOVER)]


def test_aircraft_at_a_time() -> None:
    net = network(limited(aircraft=1), "war")
    for number, row, t_s in ((1, 0, 0.0), (2, 1, 1.0), (1, 0, 2.0)):
        again = order(net, "east.qra", number, Act.SCRAMBLE, t_s, row=row)
        net.post_orders(Orders("joint.cp", again, (("C3",),)), t_s)
    arrived, heard = watch(net, 10.0)
    assert [n for _, n, _ in arrived] == [1, 1] and [r.order_id for r in heard] == [2]
    state = empty(UNIT_STATUS, 1)
    state["shooter"], state["t_valid_s"], state["shots_left"] = Shooter.FIGHTER, 30.0, 4
    net.post_status(state, 30.0)
    net.post_orders(Orders("joint.cp", order(net, "east.qra", 3, Act.SCRAMBLE, 31.0, row=1), (("C3",),)), 31.0)
    assert [n for _, n, _ in watch(net, 40.0, 31.0)[0]] == [3], "the first is home: another may go"
