"""Proportional navigation in closed form: the lateral acceleration it commands, and the miss that a lag leaves.

Linear geometry about a collision course; `gain` is the effective navigation ratio N'. Source: Zarchan, "Tactical and
Strategic Missile Guidance" (6th ed., 2012), ch. 2, 3 and 5. SI units, angles in radians.
"""

import math

_TERMS = 400


def heading_error_acceleration_mps2(
    gain: float, speed_mps: float, error_rad: float, flight_s: float, time_s: float
) -> float:
    """Return the size of the acceleration commanded at `time_s` of a flight of `flight_s` that began with a heading
    error, without lag: V e N'/tF (1 - t/tF)^(N'-2).

    Raises ValueError for a time outside the flight.
    """
    share = _left(time_s, flight_s)
    return speed_mps * error_rad * gain / flight_s * share ** (gain - 2.0)


def target_step_acceleration_mps2(gain: float, target_mps2: float, flight_s: float, time_s: float) -> float:
    """Return the acceleration commanded against a target that turns with a constant acceleration all the time, without
    lag: N'/(N'-2) (1 - (1 - t/tF)^(N'-2)) nT; for N' = 2 its limit, -2 ln(1 - t/tF) nT.

    Raises ValueError for a time outside the flight.
    """
    share = _left(time_s, flight_s)
    if gain == 2.0:
        return -2.0 * math.log(share) * target_mps2
    return gain / (gain - 2.0) * (1.0 - share ** (gain - 2.0)) * target_mps2


def augmented_acceleration_mps2(gain: float, target_mps2: float, flight_s: float, time_s: float) -> float:
    """Return the same under augmented navigation, which knows the target's acceleration: N'/2 (1 - t/tF)^(N'-2)
    nT."""
    return 0.5 * gain * _left(time_s, flight_s) ** (gain - 2.0) * target_mps2


def target_step_miss_m(gain: float, target_mps2: float, lag_s: float, flight_s: float) -> float:
    """Return the miss (signed) behind one lag of `lag_s` against a target that turns for the last `flight_s`.

    The adjoint of the loop is (s / (s + 1/T))^N' / s^3: nT tF^2 / 2 e^-x 1F1(3 - N'; 3; x) with x = tF/T. For N' = 3,
    4, 5 that is 1/2, 1/2 - x/6, 1/2 - x/3 + x^2/24 times nT tF^2 e^-x.
    """
    return 0.5 * target_mps2 * flight_s**2 * _adjoint(gain, 3.0, flight_s / lag_s)


def heading_error_miss_m(gain: float, speed_mps: float, error_rad: float, lag_s: float, flight_s: float) -> float:
    """Return the miss (signed) behind one lag of `lag_s` of a flight of `flight_s` that began with a heading error.

    V e tF e^-x 1F1(2 - N'; 2; x): for N' = 3, 4, 5 that is 1 - x/2, 1 - x + x^2/6, 1 - 3x/2 + x^2/2 - x^3/24 times
    V e tF e^-x.
    """
    return speed_mps * error_rad * flight_s * _adjoint(gain, 2.0, flight_s / lag_s)


def zero_effort_miss_m(gap_m: float, rate_mps: float, to_go_s: float) -> float:
    """Return the miss if nobody accelerated from now on: y + y' tgo."""
    return gap_m + rate_mps * to_go_s


def navigation_acceleration_mps2(gain: float, closing_mps: float, sight_rate_radps: float) -> float:
    """Return the commanded acceleration N' Vc lambda'."""
    return gain * closing_mps * sight_rate_radps


def _adjoint(gain: float, order: float, x: float) -> float:
    """e^-x times Kummer's 1F1(order - gain; order; x), which ends by itself for whole gains."""
    if not x >= 0.0:
        raise ValueError(f"found flight over lag {x}, expected 0 or more")
    term = total = 1.0
    for k in range(_TERMS):
        term *= (order - gain + k) / (order + k) * x / (k + 1.0)
        total += term
        if abs(term) <= 1e-17 * abs(total):
            break
    return math.exp(-x) * total


def _left(time_s: float, flight_s: float) -> float:
    if not 0.0 <= time_s <= flight_s or flight_s == 0.0:
        raise ValueError(f"found time {time_s} s, expected one within the flight of {flight_s} s")
    return 1.0 - time_s / flight_s
