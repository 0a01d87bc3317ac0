"""The network on the worked agreements: who gets what, when, and what a lost link leaves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
import treaties

from jointsky import geo
from jointsky.links.arrangement import Arrangement
from jointsky.links.network import Network
from jointsky.vocab.codes import NONE, Act, Identity, SensorKind, Shooter
from jointsky.vocab.messages import LinkState, Message, Orders, Phase, Plots, ShotReports, Status, Tracks
from jointsky.vocab.records import ORDER, PLOT, SENSOR, SHOT_REPORT, TRACK, UNIT_STATUS, Rows, empty


class Own(NamedTuple):
    delay: float = 2.0
    loss: float = 0.0


OWN = {"west": Own(), "east": Own()}
KINDS = {"radar": SensorKind.RADAR_3D, "aew": SensorKind.AEW, "early-warning": SensorKind.EARLY_WARNING}


def sensor_table(arr: Arrangement) -> Rows:
    rows = empty(SENSOR, len(arr.sensors))
    rows["kind"] = [
        SensorKind.EARLY_WARNING if "warning" in thing.name else SensorKind.RADAR_3D for thing in arr.sensors
    ]
    return rows


def network(name: str = "joint-2009", phase: str = "war", own: Any = None, **links: Any) -> Network:
    text = treaties.read(name)
    for link, terms in links.items():
        text["links"][link] = {**text["links"][link], **terms}
    arr = treaties.compiled(text)
    return Network(arr, sensor_table(arr), OWN if own is None else own, seed=7, phase=phase)


def plots(net: Network, names: list[str], t_s: float = 0.0) -> Rows:
    rows = empty(PLOT, len(names))
    rows["sensor"] = [net.arr.sensor_rows[name] for name in names]
    rows["t_valid_s"] = rows["t_seen_s"] = t_s
    rows["range_m"], rows["az_rad"], rows["height_m"], rows["el_rad"] = 50e3, 1.0, 8e3, np.nan
    rows["site_ecef_m"] = geo.geodetic2ecef(54.0, 29.0, 0.0)
    return rows


def tracks(places: list[tuple[float, float]]) -> Rows:
    rows = empty(TRACK, len(places))
    rows["clause"], rows["track_id"] = NONE, 100 + 7 * np.arange(len(places))
    rows["pos_ecef_m"] = geo.geodetic2ecef([lat for lat, _ in places], [lon for _, lon in places], 9e3)
    rows["vel_ecef_mps"], rows["identity"], rows["code"], rows["t_own_s"] = 200.0, Identity.HOSTILE, 1234, 5.0
    rows["fire_control"], rows["sensors"] = 1, 3
    return rows


def run(net: Network, until_s: float, start_s: float = 0.0) -> dict[str, list[tuple[float, Message]]]:
    """Deliver every second; (time, message) by post."""
    found: dict[str, list[tuple[float, Message]]] = {}
    for t_s in np.arange(start_s, until_s + 0.5):
        for post, messages in net.deliver(float(t_s)).items():
            found.setdefault(post, []).extend((float(t_s), message) for message in messages)
    return found


def of(kind: type, items: list[tuple[float, Message]]) -> list[tuple[float, Any]]:
    return [(t_s, message) for t_s, message in items if isinstance(message, kind)]


def test_own_plots_come_after_the_own_delay_and_stay_unmarked() -> None:
    net = network("none")
    net.post_plots(plots(net, ["west.radar.1", "east.radar.1"]), 0.0)
    found = run(net, 10.0)
    assert set(found) == {"west.cp", "east.cp"}
    [(t_s, message)] = of(Plots, found["west.cp"])
    assert (t_s, message.sender, len(message.rows)) == (2.0, "west.network", 1)
    assert message.rows["clause"][0] == NONE and message.rows["t_seen_s"][0] == 2.0


def test_released_plots_take_the_link_too_and_name_their_clause() -> None:
    net = network("joint-2009", "war")
    net.post_plots(plots(net, ["west.radar.1", "east.radar.1", "east.aew.1", "east.warning"]), 0.0)
    foreign = [(t, m) for t, m in of(Plots, run(net, 10.0)["west.cp"]) if (m.rows["clause"] != NONE).all()]
    assert [t for t, _ in foreign] == [3.0, 6.0]
    cells = [cell for _, message in foreign for cell in message.rows[["clause", "sensor"]].tolist()]
    named = sorted((net.arr.clause_ids[clause], net.arr.sensors[sensor].name) for clause, sensor in cells)
    assert named == [("E2", "east.warning"), ("S1", "east.radar.1"), ("S2", "east.aew.1")]


@pytest.mark.parametrize(
    ("name", "phase", "count"), [("none", "war", 0), ("tracks-1995", "war", 0), ("joint-2009", "peace", 1)]
)
def test_no_plot_without_a_clause_in_force(name: str, phase: str, count: int) -> None:
    net = network(name, phase)
    net.post_plots(plots(net, ["east.radar.1", "east.aew.1"]), 0.0)
    foreign = [m for _, m in of(Plots, run(net, 20.0).get("west.cp", [])) if (m.rows["clause"] != NONE).all()]
    assert sum(len(m.rows) for m in foreign) == count


def test_plots_with_latency_wait_for_their_own_time() -> None:
    net = network("none")
    rows = plots(net, ["west.radar.1"] * 3)
    rows["t_seen_s"] = [4.0, 0.0, 2.0]
    net.post_plots(rows, 0.0)
    arrivals = [(t, m.rows["t_seen_s"].tolist()) for t, m in of(Plots, run(net, 10.0)["west.cp"])]
    assert arrivals == [(2.0, [2.0]), (4.0, [4.0]), (6.0, [6.0])]


def test_hosted_post_gets_no_plots_and_exists_only_in_its_phases() -> None:
    net = network("joint-2009", "peace")
    assert net.guests("west.cp") == ()
    net.tell(Phase("war", 5.0), 5.0)
    assert net.guests("west.cp") == ("joint.cp",)
    net.post_plots(plots(net, ["west.radar.1"], 5.0), 5.0)
    found = run(net, 12.0, 5.0)
    assert {post for post, items in found.items() if of(Plots, items)} == {"west.cp", "east.cp"}
    assert of(Phase, found["joint.cp"]) == [(5.0, Phase("war", 5.0))]


def test_tracks_are_throttled_bound_to_the_zone_stripped_and_renumbered() -> None:
    net = network("tracks-1995")
    picture = tracks([(54.0, 36.0), (54.0, 30.5), (54.0, 31.0)])
    for t_s in (0.0, 5.0, 10.0, 15.0, 20.0):
        net.post_tracks("east.cp", lambda sensors: picture, t_s)
    arrived = of(Tracks, run(net, 30.0)["west.cp"])
    assert [t for t, _ in arrived] == [4.0, 14.0, 24.0]
    rows = arrived[0][1].rows
    assert rows["track_id"].tolist() == [1, 2], "the sender's numbers would tell of tracks not released"
    assert set(rows["clause"].tolist()) == {net.arr.clause_ids.index("E1")}
    assert (rows["fire_control"] == 0).all() and (rows["sensors"] == 0).all() and (rows["t_own_s"] == -np.inf).all()
    assert (rows["identity"] == Identity.HOSTILE).all() and (rows["code"] == 1234).all()
    assert picture["track_id"].tolist() == [100, 107, 114], "the sender's picture is left alone"


def test_fields_not_granted_are_blank() -> None:
    text = treaties.read("tracks-1995")
    text["agreements"][0]["clauses"][1]["fields"] = ["position"]
    arr = treaties.compiled(text)
    net = Network(arr, sensor_table(arr), OWN, 7, "peace")
    net.post_tracks("east.cp", lambda sensors: tracks([(54.0, 30.5)]), 0.0)
    [(_, message)] = of(Tracks, run(net, 5.0)["west.cp"])
    assert np.isnan(message.rows["vel_ecef_mps"]).all()
    assert (
        message.rows["identity"][0] == Identity.PENDING
        and message.rows["code"][0] == NONE
        and message.rows["kind"][0] == 255
    )


def test_tracks_are_asked_for_from_the_sensors_of_their_clause_alone() -> None:
    net = network("tracks-1995")
    asked: list[list[str]] = []

    def picture(sensors: np.ndarray) -> Rows:
        asked.append([net.arr.sensors[row].name for row in np.flatnonzero(sensors)])
        return tracks([(54.0, 30.2)])

    net.post_tracks("east.cp", picture, 0.0)
    assert asked == [["east.radar.1"]], "the airborne radar's tracks are not in the clause"
    [(_, message)] = of(Tracks, run(net, 5.0)["west.cp"])
    assert len(message.rows) == 1


def test_a_released_track_goes_no_further_and_guests_do_not_release() -> None:
    net = network("tracks-1995")
    rows = tracks([(54.0, 30.5)])
    rows["clause"] = 0
    net.post_tracks("east.cp", lambda sensors: rows, 0.0)
    assert sum(len(m.rows) for _, m in of(Tracks, run(net, 5.0).get("west.cp", []))) == 0
    joint = network("joint-2009", "war")
    joint.post_tracks("joint.cp", lambda sensors: tracks([(54.0, 29.5)]), 0.0)
    assert run(joint, 9.0) == {}


def order(net: Network, unit: str, order_id: int = 1, t_s: float = 0.0, approved_s: float = 0.0) -> Rows:
    rows = empty(ORDER, 1)
    rows["order_id"], rows["unit"], rows["act"], rows["shooter"] = (
        order_id,
        net.arr.unit_rows[unit],
        Act.ENGAGE,
        Shooter.LAUNCHER,
    )
    rows["t_issued_s"], rows["t_approved_s"] = t_s, approved_s
    return rows


def due_times(net: Network, until_s: float, start_s: float = 0.0) -> list[tuple[float, int]]:
    found: list[tuple[float, int]] = []
    for t_s in np.arange(start_s, until_s + 0.5):
        for row in net.orders_due(float(t_s)):
            found.append((float(row["t_effective_s"]), int(row["order_id"])))
    return found


def test_orders_cross_the_link_and_the_owners_network() -> None:
    net = network("joint-2009", "war")
    rows = np.concatenate([order(net, "west.sam.1", 1), order(net, "east.sam.1", 2)])
    net.post_orders(Orders("joint.cp", rows, (("C3",), ("C3",))), 0.0)
    assert due_times(net, 10.0) == [(2.0, 1), (3.0, 2)]
    assert net.clauses_of(2) == ("C3",) and net.clauses_of(9) == ()


def test_an_order_waits_for_approval_and_no_refresh_overtakes_it() -> None:
    net = network("joint-2009", "peace")
    net.post_orders(Orders("west.cp", order(net, "east.qra", 5, 0.0, 60.0), (("C2",),)), 0.0)
    net.post_orders(Orders("west.cp", order(net, "east.qra", 5, 10.0, 10.0), (("C2",),)), 10.0)
    assert due_times(net, 100.0, 10.0) == [(63.0, 5), (63.0, 5)]


def test_no_order_of_the_joint_post_takes_effect_on_a_link_lost_for_long() -> None:
    net = network("joint-2009", "war", joint={"cuts": [{"start": "100 s", "end": "200 s"}]})
    kept: list[float] = []
    for t_s in range(400):
        late = order(net, "east.sam.1", 1000 + t_s, t_s, t_s)
        net.post_orders(Orders("joint.cp", late, (("C3",),)), float(t_s))
        home = order(net, "west.sam.1", 5000 + t_s, t_s, t_s)
        net.post_orders(Orders("joint.cp", home, (("C3",),)), float(t_s))
        for row in net.orders_due(float(t_s)):
            kept.append(float(row["t_effective_s"]) if row["order_id"] < 5000 else -float(row["t_effective_s"]))
    east, west = [t for t in kept if t > 0], [-t for t in kept if t <= 0]
    assert max(t for t in east if t < 200) == 102.0, "what was sent before the cut still arrives"
    assert min(t for t in east if t > 200) >= 261.0
    assert not [t for t in west if 130 < t < 261], "no order of the joint post at all while command is national"
    assert [t for t in west if 103 < t <= 130]
    reasons = {item.reason for item in net.dropped}
    assert reasons == {"link is down", "no clause in force grants it any more"}


def test_a_posts_own_orders_go_on_when_the_link_is_lost() -> None:
    net = network("joint-2009", "war", joint={"cuts": [{"start": "0 s", "end": "900 s"}]})
    net.deliver(100.0)
    net.post_orders(Orders("east.cp", order(net, "east.sam.1", 3, 100.0, 100.0), (("national",),)), 100.0)
    assert due_times(net, 110.0, 100.0) == [(102.0, 3)]


def test_states_go_to_owners_and_to_whoever_may_order() -> None:
    net = network("joint-2009", "peace")
    rows = empty(UNIT_STATUS, 3)
    rows["unit"] = [net.arr.unit_rows[name] for name in ("west.sam.1", "east.sam.1", "east.qra")]
    net.post_status(rows, 0.0)
    found = run(net, 9.0)
    seen = {
        post: [(t, [net.arr.units[u].name for u in m.rows["unit"]]) for t, m in of(Status, items)]
        for post, items in found.items()
    }
    assert seen == {
        "west.cp": [(2.0, ["west.sam.1"]), (3.0, ["east.qra"])],
        "east.cp": [(2.0, ["east.sam.1", "east.qra"])],
    }
    war = network("joint-2009", "war")
    war.post_status(rows, 0.0)
    joint = [u for _, m in of(Status, run(war, 9.0)["joint.cp"]) for u in m.rows["unit"]]
    assert len(joint) == 3


def test_reports_go_to_who_ordered() -> None:
    net = network("joint-2009", "war")
    net.post_orders(Orders("joint.cp", order(net, "east.sam.1", 8), (("C3",),)), 0.0)
    report = empty(SHOT_REPORT, 2)
    report["order_id"] = [8, 99]
    net.post_reports(ShotReports("units", report), 20.0)
    found = run(net, 30.0, 20.0)
    assert [(t, m.rows["order_id"].tolist()) for t, m in of(ShotReports, found["joint.cp"])] == [(23.0, [8])]
    assert set(found) == {"joint.cp"}


def test_both_ends_hear_of_a_cut() -> None:
    net = network("tracks-1995", "peace", exchange={"cuts": [{"start": "10 s", "end": "20 s"}]})
    found = run(net, 30.0)
    for post in ("west.cp", "east.cp"):
        assert of(LinkState, found[post]) == [
            (10.0, LinkState("exchange", False, 10.0)),
            (20.0, LinkState("exchange", True, 20.0)),
        ]
    assert net.situation.links == {"exchange": (10.0, 20.0)}
    net.cut("exchange", 31.0)
    assert net.situation.down_s("exchange") == 0.0
    assert of(LinkState, run(net, 40.0, 32.0)["west.cp"]) == [(32.0, LinkState("exchange", False, 31.0))]
    net.restore("exchange", 41.0)
    assert net.situation.down_s("exchange") == 0.0
    with pytest.raises(KeyError):
        net.cut("nothing", 42.0)


def test_loss_is_drawn_by_name_and_counted() -> None:
    def arrived(seed: int, loss: str) -> list[float]:
        text = treaties.read("joint-2009")
        text["links"]["joint"]["loss"] = loss
        arr = treaties.compiled(text)
        net = Network(arr, sensor_table(arr), OWN, seed, "war")
        for t_s in range(300):
            net.post_plots(plots(net, ["east.radar.1"], t_s), float(t_s))
        messages = [m for _, m in of(Plots, run(net, 310.0, 299.0)["west.cp"])]
        lost = [item for item in net.dropped if item.reason == "lost on the way"]
        assert sum(len(m.rows) for m in messages) + len(lost) == 300
        return [float(t_s) for m in messages for t_s in m.rows["t_valid_s"]]

    whole, some = arrived(1, "0 %"), arrived(1, "30 %")
    assert whole == [float(t_s) for t_s in range(300)]
    assert 180 <= len(some) <= 240, "300 messages at 30 %"
    assert some == arrived(1, "30 %")
    assert some != arrived(2, "30 %")


def test_a_clause_over_a_link_that_is_down_does_not_hide_one_that_works() -> None:
    text = treaties.read("joint-2009")
    twin = {**text["agreements"][1]["clauses"][0], "id": "S9", "over": "exchange"}
    text["agreements"][1]["clauses"].append(twin)
    text["links"]["joint"]["cuts"] = [{"start": "0 s", "end": "9 s"}]
    arr = treaties.compiled(text)
    net = Network(arr, sensor_table(arr), OWN, 7, "peace")
    net.post_plots(plots(net, ["east.radar.1"]), 0.0)
    foreign = [m for _, m in of(Plots, run(net, 8.0)["west.cp"]) if (m.rows["clause"] != NONE).all()]
    assert [net.arr.clause_ids[m.rows["clause"][0]] for m in foreign] == ["S9"]


def test_sensors_must_fit_the_arrangement() -> None:
    arr = treaties.compiled(treaties.read("none"))
    with pytest.raises(ValueError, match="expected"):
        Network(arr, empty(SENSOR, 1), OWN, 1)
