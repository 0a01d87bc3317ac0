"""Build src/jointsky/catalogue/notional.yaml from notional_units.json: rounded generic numbers, plus what that file
leaves open.

Run: python tools/build_catalogue.py. Every value is written as [value, source]; "notional" means chosen by us as a
round generic number.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OUT = HERE.parent / "src/jointsky/catalogue/notional.yaml"
NOTIONAL = "notional"
RCS = "notional; textbook order of magnitude (Skolnik, Introduction to Radar Systems)"
FLUCTUATION = "notional choice of a case of Swerling (1960)"
KINDS = ("fighter", "bomber", "cruise_missile", "jammer", "aew", "civil", "transport", "uav", "ballistic")
HEAD = """# Notional unit types: rounded generic orders of magnitude for exercises and tests; no real equipment.
# Written by tools/build_catalogue.py. Every value stands with its source; "notional" is a round number of our own.
"""

# What notional_units.json leaves open, per radar: sensor, elevation from and to, period when it does not rotate,
# nearest range, accuracy
# floors (m, deg, deg), site bias (m, deg), false plots a scan, latency, transponder interrogator.
RADARS: dict[str, tuple[Any, ...]] = {
    "surveillance_long_range_vhf_2d": ("radar_2d", -0.5, 30, None, "5 km", 200, 0.5, None, 100, 0.20, 4, "1 s", True),
    "surveillance_long_range_lband_3d": ("radar_3d", -0.5, 20, None, "5 km", 60, 0.12, 0.15, 50, 0.10, 4, "1 s", True),
    "gap_filler_uhf_2d": ("radar_2d", -0.5, 15, None, "1 km", 100, 0.35, None, 50, 0.15, 3, "1 s", False),
    "sam_acquisition_sband_3d": ("radar_3d", -0.5, 30, None, "3 km", 40, 0.10, 0.15, 30, 0.08, 3, "500 ms", False),
    "sam_engagement_xband": ("engagement", -0.5, 60, "1 s", "1 km", 10, 0.05, 0.05, 10, 0.03, 0, "200 ms", False),
    "aew_aircraft_sband": ("aew", -12, 8, None, "5 km", 80, 0.20, 0.50, 80, 0.15, 6, "1 s", True),
    "fighter_radar_xband": ("airborne", -30, 30, "4 s", "500 m", 40, 0.20, 0.20, 20, 0.10, 0, "200 ms", False),
    "early_warning_uhf": ("early_warning", 2, 85, "2 s", "100 km", 300, 0.15, 0.15, 100, 0.10, 1, "1 s", False),
}
# Sensors that radiate nothing: what they are and their numbers, all notional.
WATCHERS: dict[str, dict[str, Any]] = {
    "esm_station": {
        "sensor": "esm", "period": "5 s", "latency": "1 s", "chance": "90 %", "max_range": "450 km", "mast": "20 m",
        "az_sigma": "0.5 deg", "bias_az": "0.1 deg", "band_from": "500 MHz", "band_to": "18000 MHz", "gain": "10 dB",
        "sensitivity": "-100 dB",
    },
    "adsb_receiver": {
        "sensor": "adsb", "period": "2 s", "latency": "500 ms", "chance": "95 %", "max_range": "400 km",
        "mast": "10 m", "az_sigma": "0.01 deg",
    },
    "border_post": {
        "sensor": "observer", "period": "30 s", "latency": "40 s", "chance": "70 %", "max_range": "8 km",
        "mast": "5 m", "az_sigma": "8 deg", "range_sigma": "30 %",
    },
}  # fmt: skip
SAMS = {"sam_long": ("missile_long", 24), "sam_medium": ("missile_medium", 16), "sam_short": ("missile_short", 16)}
PK_FROM = {"jammer": "bomber", "aew": "bomber", "civil": "bomber", "transport": "bomber", "uav": "cruise_missile"}


def radar(entry: dict[str, Any], extra: tuple[Any, ...]) -> dict[str, Any]:
    """One radar type from the source file and the numbers it leaves open."""
    sensor, low, high, period, near, range_m, az, el, bias_m, bias_az, false, latency, transponder = extra
    turn = f"{60 / entry['rpm']:g} s" if entry.get("rpm") else period
    values: dict[str, Any] = {
        "sensor": sensor,
        "frequency": f"{entry['freq_hz'] / 1e6:g} MHz",
        "peak_power": f"{entry['peak_power_w'] / 1e3:g} kW",
        "pulse": f"{entry['pulse_s'] * 1e6:g} us",
        "prf": f"{entry['prf_hz']:g} Hz",
        "bandwidth": f"{entry['bandwidth_hz'] / 1e3:g} kHz",
        "gain": f"{entry['gain_db']:g} dB",
        "loss": f"{entry['loss_db']:g} dB",
        "sidelobe": f"{entry['sidelobe_db']:g} dB",
        "noise_temperature": f"{entry['system_noise_temp_k']:g} K",
        "az_beam": f"{entry['az_beam_deg']:g} deg",
        "el_beam": f"{entry['el_beam_deg']:g} deg" if "el_beam_deg" in entry else None,
        "el_min": f"{low:g} deg",
        "el_max": f"{high:g} deg",
        "period": turn,
        "pulses": entry["pulses_integrated"],
        "coherent_pulses": entry.get("coherent_pulses", 1),
        "pfa": entry["pfa"],
        "min_range": near,
        "max_range": f"{entry['instrumented_km']:g} km",
        "mast": f"{entry['height_m']:g} m",
        "mdv": f"{entry['mdv_ms']:g} m/s",
        "range_floor": f"{range_m:g} m",
        "az_floor": f"{az:g} deg",
        "el_floor": f"{el:g} deg" if el else None,
        "bias_range": f"{bias_m:g} m",
        "bias_az": f"{bias_az:g} deg",
        "bias_time": "50 ms",
        "false_per_scan": float(false),
        "latency": latency,
        "transponder": transponder,
    }
    return {"kind": "radar", **sourced({key: value for key, value in values.items() if value is not None})}


def sourced(values: dict[str, Any], source: str = NOTIONAL) -> dict[str, Any]:
    """Each value with its source; maps are entered."""
    return {
        key: sourced(value, source)
        if isinstance(value, dict)
        else value
        if isinstance(value, list)
        else [value, source]
        for key, value in values.items()
    }


def pk(table: dict[str, float]) -> dict[str, str]:
    """Kill probabilities for every kind of target: what is not given is taken from the nearest kind, else none."""
    given = {"ballistic" if key == "tbm" else key: value for key, value in table.items() if key != "glide_bomb"}
    given.setdefault("bomber", given["fighter"])
    found = {kind: given.get(kind, given.get(PK_FROM.get(kind, ""), 0.0)) for kind in KINDS}
    return {kind: f"{value * 100:g} %" for kind, value in found.items()}


def sam(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """One missile battery type."""
    missile, reloads = SAMS[name]
    near, far = entry["intercept_range_km"]
    low, high = entry["intercept_altitude_m"]
    values = {
        "missile": missile,
        "radar": "sam_engagement_xband",
        "range_min": f"{near:g} km",
        "range_max": f"{far:g} km",
        "altitude_min": f"{low:g} m",
        "altitude_max": f"{high:g} m",
        "mast": "8 m",
        "channels": entry["fire_channels"],
        "shots": entry["missiles_ready"],
        "reloads": reloads,
        "interval": f"{entry['launch_interval_s']:g} s",
        "reaction": f"{entry['reaction_s']:g} s",
        "reload": f"{entry['reload_min']:g} min",
        "reliability": "95 %",
        "pk": pk(entry["pk"]),
    }
    return {"kind": "sam", **sourced(values)}


def missile(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """The missile of one battery type."""
    speed, load = f"{entry['average_speed_ms']:g} m/s", f"{entry['max_lateral_g']:g} g"
    return {"kind": "missile", **sourced({"flyout": name, "average_speed": speed, "max_load": load})}


def aircraft(is_a: str, rcs: float, swerling: int, **values: Any) -> dict[str, Any]:
    """One type of aircraft; speeds in m/s, the rest written with units."""
    for key in ("cruise", "dash", "climb"):
        values[key] = f"{values[key]:g} m/s"
    first = {"is_a": is_a, "rcs": [f"{rcs:g} m2", RCS], "swerling": [swerling, FLUCTUATION]}
    return {"kind": "aircraft", **sourced({**first, **values})}


def all_aircraft(units: dict[str, Any], rcs: dict[str, float]) -> dict[str, dict[str, Any]]:
    """Everything that flies."""
    fighter, aew, bomber, cruise, uav, jammer = (
        units[name]
        for name in ("fighter", "aew_aircraft", "bomber", "cruise_missile", "uav_one_way", "jammer_stand_off")
    )
    own = units["jammer_self_protection"]
    aam = fighter["aam"]
    aam_pk = pk({"fighter": aam["pk"], "bomber": 0.7, "cruise_missile": 0.5})
    fighter_like = {
        "cruise": fighter["cruise_ms"], "dash": fighter["dash_ms"], "climb": fighter["climb_ms"],
        "ceiling": f"{fighter['ceiling_m'] / 1e3:g} km", "max_load": f"{fighter['max_g']:g} g",
        "endurance": f"{fighter['endurance_h']:g} h", "dash_fuel": 3.0,
        "turnround": f"{fighter['turnaround_min']:g} min",
    }  # fmt: skip
    heavy = {"ceiling": "12 km", "max_load": "2.5 g", "dash_fuel": 1.3, "turnround": "120 min"}
    robot = {"ceiling": "6 km", "dash_fuel": 1.0, "turnround": "0 s"}
    return {
        "fighter": aircraft(
            "fighter", fighter["rcs_m2"], 1, **fighter_like, altitude="9 km", missiles=fighter["missiles"],
            radar=fighter["radar"], aam={
                "speed": f"{aam['average_speed_ms']:g} m/s", "range_head_on": f"{aam['head_on_range_km']:g} km",
                "range_tail": f"{aam['tail_range_km']:g} km", "no_escape": f"{aam['no_escape_km']:g} km", "pk": aam_pk,
            },
        ),
        "strike_fighter": aircraft(
            "fighter", rcs["fighter"], 1, **fighter_like, altitude="5 km", damage=1.0, radar=fighter["radar"],
        ),
        "bomber": aircraft(
            "bomber", bomber["rcs_m2"], 1, cruise=bomber["cruise_ms"], dash=250, climb=15, altitude="10 km",
            endurance="10 h", damage=3.0, **heavy,
        ),
        "cruise_missile": aircraft(
            "cruise_missile", cruise["rcs_m2"], 1, cruise=cruise["speed_ms"], dash=cruise["speed_ms"], climb=30,
            altitude=f"{cruise['altitude_agl_m']:g} m", max_load=f"{cruise['max_g']:g} g",
            endurance=f"{cruise['range_km'] * 1e3 / cruise['speed_ms'] / 60:.0f} min", damage=1.0, **robot,
        ),
        "uav_one_way": aircraft(
            "uav", uav["rcs_m2"], 1, cruise=uav["speed_ms"], dash=uav["speed_ms"], climb=3, max_load="2 g",
            altitude=f"{uav['altitude_m']:g} m", endurance=f"{uav['range_km'] * 1e3 / uav['speed_ms'] / 60:.0f} min",
            damage=0.2, **robot,
        ),
        "jammer_aircraft": aircraft(
            "jammer", rcs["bomber"], 1, cruise=200, dash=230, climb=12, altitude=f"{jammer['altitude_m'] / 1e3:g} km",
            endurance="6 h", jammer=power(jammer), **heavy,
        ),
        "strike_fighter_jamming": {"base": "strike_fighter", "jammer": sourced(power(own))},
        "aew_aircraft": aircraft(
            "aew", aew["rcs_m2"], 1, cruise=aew["cruise_ms"], dash=220, climb=12, radar=aew["radar"],
            altitude=f"{aew['altitude_m'] / 1e3:g} km", endurance=f"{aew['time_on_station_h'] + 2:g} h", **heavy,
        ),
        "airliner": aircraft(
            "civil", rcs["large_transport"], 1, cruise=235, dash=250, climb=10, altitude="11 km",
            endurance="10 h", **heavy,
        ),
        "light_aircraft": aircraft(
            "civil", rcs["small_jet"], 1, cruise=50, dash=60, climb=4, altitude="500 m", endurance="4 h",
            ceiling="4 km", max_load="3 g", dash_fuel=1.2, turnround="30 min",
        ),
        "helicopter": aircraft(
            "transport", rcs["fighter"], 1, cruise=65, dash=75, climb=8, altitude="150 m", endurance="3 h",
            ceiling="5 km", max_load="2 g", dash_fuel=1.2, turnround="30 min",
        ),
        "surveillance_drone": aircraft(
            "uav", rcs["small_jet"], 1, cruise=60, dash=70, climb=5, altitude="5 km", endurance="20 h",
            ceiling="8 km", max_load="2 g", dash_fuel=1.2, turnround="120 min",
        ),
        "balloon": aircraft(
            "civil", rcs["small_jet"], 1, cruise=1, dash=1, climb=3, altitude="1 km", endurance="6 h",
            ceiling="6 km", max_load="1 g", dash_fuel=1.0, turnround="0 s", drifts=True,
        ),
        "small_balloon": aircraft(
            "uav", rcs["cruise_missile"], 1, cruise=1, dash=1, climb=4, altitude="4 km", endurance="10 h",
            ceiling="9 km", max_load="1 g", dash_fuel=1.0, turnround="0 s", drifts=True,
        ),
        "small_drone": aircraft(
            "uav", 0.01, 1, cruise=20, dash=25, climb=5, altitude="120 m", endurance="40 min",
            ceiling="3 km", max_load="2 g", dash_fuel=1.3, turnround="20 min",
        ),
        **{
            name: aircraft(
                "ballistic", rcs["tbm_warhead"], 1, cruise=speed, dash=speed, climb=speed, altitude=top, ceiling=top,
                endurance=time, max_load="1 g", dash_fuel=1.0, turnround="0 s", damage=damage, rocket=rocket,
            )
            for name, rocket, speed, top, time, damage in (
                ("ballistic_250", "tbm_250km", 1500, "95 km", "6 min", 2.0),
                ("ballistic_800", "tbm_800km", 2600, "260 km", "10 min", 4.0),
                ("sounding_rocket", "sounding_rocket", 1600, "140 km", "7 min", 0.0),
            )
        },
        "anti_radiation_missile": aircraft(
            "cruise_missile", cruise["rcs_m2"], 1, cruise=600, dash=600, climb=200, altitude="8 km", max_load="20 g",
            endurance="4 min", homing={"hit": "70 %", "memory": "15 %"}, **(robot | {"ceiling": "16 km"}),
        ),
        "decoy_drone": aircraft(
            "uav", rcs["fighter"], 1, cruise=220, dash=230, climb=10, max_load="3 g", altitude="4 km",
            endurance="60 min", **robot,
        ),
        "transport": aircraft(
            "transport", rcs["large_transport"], 1, cruise=200, dash=215, climb=10, altitude="8 km",
            endurance="8 h", **heavy,
        ),
    }  # fmt: skip


def power(entry: dict[str, Any]) -> dict[str, str]:
    """A jammer's numbers with units."""
    return {
        "power": f"{entry['power_w']:g} W",
        "gain": f"{entry['gain_db']:g} dB",
        "bandwidth": f"{entry['bandwidth_hz'] / 1e6:g} MHz",
    }


def written(value: Any, depth: int = 0) -> str:
    """YAML text: maps in blocks, each sourced value on one line."""
    lines: list[str] = []
    for key, item in value.items():
        if isinstance(item, dict):
            lines += [f"{'  ' * depth}{key}:", written(item, depth + 1)]
        else:
            lines.append(f"{'  ' * depth}{key}: {leaf(item)}")
    return "\n".join(lines)


def leaf(value: Any) -> str:
    """One value, or a value with its source, as YAML."""
    if isinstance(value, list):
        return "[" + ", ".join(leaf(item) for item in value) + "]"
    if isinstance(value, str) and any(mark in value for mark in ",:;()"):
        return f'"{value}"'
    return f"{value:.1e}" if isinstance(value, float) and 0 < value < 1e-3 else json.dumps(value).strip('"')


def main() -> None:
    """Write the catalogue."""
    source = json.loads((HERE / "notional_units.json").read_text("utf-8"))
    units = source["units"]
    types = {name: radar(entry, RADARS[name]) for name, entry in source["radars"].items()}
    types |= {name: {"kind": "watcher", **sourced(values)} for name, values in WATCHERS.items()}
    types |= {missile_name: missile(name, units[name]) for name, (missile_name, _) in SAMS.items()}
    types |= {name: sam(name, units[name]) for name in SAMS}
    types |= all_aircraft(units, source["rcs_m2"])
    OUT.write_text(HEAD + "\n".join(f"\n{name}:\n{written(entry, 1)}" for name, entry in types.items()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
