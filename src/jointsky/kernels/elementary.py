"""Elementary functions that give the same bits on every machine.

The libraries behind `math` and numpy pick other instructions on other processors and round differently. Here only + -
* /, square root, floor and the bits of a double are used, in a fixed order. Polynomials: `tools/fit_polynomials.py`.

Largest errors found against 40-digit arithmetic (`tests/against/test_elementary_mpmath.py` repeats the search and holds
them to the bound in brackets), relative unless said otherwise:
sin, cos 1.3e-16 [2.3e-16]; tan 2.5e-16 [5e-16]; asin, acos 2.9e-16 [5e-16]; atan2 2.2e-16 [4e-16]; exp, pow10 1.3e-16
[2.3e-16]; log 1.8e-16 [3e-16]; log10 2.2e-16 [4e-16]; normal_quantile 6.3e-16 [1.5e-15]; power see there.
Arguments outside a function's domain, and NaN, give NaN.
"""

import math

import numpy as np

from jointsky.kernels.compiled import kernel

PI = 3.141592653589793
HALF_PI = 1.5707963267948966
TWO_PI = 6.283185307179586
LARGEST_ANGLE_RAD = 1.0e6
"""Beyond this an angle cannot be reduced exactly with three constants; sine and cosine answer NaN."""

# Sums of doubles whose leading parts have few bits, so that small multiples are exact (Cody and Waite, 1980).
_TWO_OVER_PI = 0.6366197723675814
_HALF_PI_1 = 1.5707963267341256
_HALF_PI_2 = 6.077100506303966e-11
_HALF_PI_3 = 2.0222662487959506e-21
_HALF_PI_TAIL = 6.123233995736766e-17
_PI_TAIL = 1.2246467991473532e-16
_ONE_OVER_LN2 = 1.4426950408889634
_LN2_1 = 0.6931471803691238
_LN2_2 = 1.9082149292705877e-10
_LOG2_10 = 3.321928094887362
_LOG10_2_1 = 0.3010299955494702
_LOG10_2_2 = 1.1451100898021838e-10
_LN10 = 2.302585092994046
_LN10_TAIL = -2.1707562233822494e-16
_ONE_OVER_LN10 = 0.4342944819032518
_SQRT_HALF = 0.7071067811865476
_TAN_22_DEG_5 = 0.41421356237309503

_FRACTION_BITS = np.int64(0x000FFFFFFFFFFFFF)
_HALF_EXPONENT = np.int64(0x3FE0000000000000)


@kernel("float64(int64)")
def power_of_two(exponent: int) -> float:
    """Return 2**exponent for -1022 <= exponent <= 1023, built from its bits."""
    return np.int64((exponent + 1023) << 52).view(np.float64)


@kernel("UniTuple(float64, 2)(float64)")
def split_exponent(x: float) -> tuple[float, float]:
    """Return (m, k) with x = m 2**k and sqrt(1/2) <= m < sqrt(2), for finite x > 0."""
    shift = 0.0
    if x < 2.2250738585072014e-308:  # subnormal numbers have no exponent of their own
        x *= 18014398509481984.0
        shift = -54.0
    bits = np.float64(x).view(np.int64)
    fraction = np.int64((bits & _FRACTION_BITS) | _HALF_EXPONENT).view(np.float64)
    exponent = float((bits >> 52) - 1022) + shift
    if fraction < _SQRT_HALF:
        return fraction * 2.0, exponent - 1.0
    return fraction, exponent


@kernel("float64(float64)")
def _log_of_fraction(m: float) -> float:
    """Return ln m, m in [sqrt(1/2), sqrt(2)), as 2 atanh(f / (2 + f)), f = m - 1, written as f less a small part."""
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    p = 0.13088034850927555
    p = p * z + 0.13268638369266825
    p = p * z + 0.15386244737621665
    p = p * z + 0.18181795547521137
    p = p * z + 0.22222222392581045
    p = p * z + 0.28571428570799784
    p = p * z + 0.40000000000000885
    p = p * z + 0.6666666666666666
    half_square = 0.5 * f * f
    return f - (half_square - s * (half_square + z * p))


@kernel("float64(float64)")
def log(x: float) -> float:
    """Return the natural logarithm; -inf at 0, NaN below."""
    if not x > 0.0:
        return -math.inf if x == 0.0 else math.nan
    if x == math.inf:
        return x
    m, k = split_exponent(x)
    return k * _LN2_1 + (_log_of_fraction(m) + k * _LN2_2)


@kernel("float64(float64)")
def log10(x: float) -> float:
    """Return the decimal logarithm; -inf at 0, NaN below."""
    if not x > 0.0:
        return -math.inf if x == 0.0 else math.nan
    if x == math.inf:
        return x
    m, k = split_exponent(x)
    return k * _LOG10_2_1 + (_log_of_fraction(m) * _ONE_OVER_LN10 + k * _LOG10_2_2)


@kernel("float64(float64, float64, float64)")
def _scaled_exp(high: float, low: float, k: float) -> float:
    """Return exp(high + low) 2**k for |high| <= 0.35 and a correction |low| far below it."""
    r = high + low
    q = 2.09147553258932e-09
    q = q * r + 2.5105312729622103e-08
    q = q * r + 2.755727347871858e-07
    q = q * r + 2.755725517000089e-06
    q = q * r + 2.480158732567746e-05
    q = q * r + 0.0001984126987500228
    q = q * r + 0.0013888888888883711
    q = q * r + 0.008333333333326084
    q = q * r + 0.04166666666666667
    q = q * r + 0.1666666666666667
    q = q * r + 0.5
    value = 1.0 + (high + (low + r * r * q))
    first = math.floor(k * 0.5)
    return value * power_of_two(int(first)) * power_of_two(int(k - first))


@kernel("float64(float64)")
def exp(x: float) -> float:
    """Return e**x; inf above 709.78, 0 below -745.13."""
    if x > 709.782712893384:
        return math.inf
    if x < -745.1332191019412:
        return 0.0
    if x != x:
        return x
    k = float(math.floor(x * _ONE_OVER_LN2 + 0.5))
    return _scaled_exp(x - k * _LN2_1, -(k * _LN2_2), k)


@kernel("float64(float64, float64, float64)")
def _product_error(a: float, b: float, product: float) -> float:
    """Return a b - product exactly, product being a b rounded (Dekker, 1971)."""
    a_big = 134217729.0 * a
    a_high = a_big - (a_big - a)
    b_big = 134217729.0 * b
    b_high = b_big - (b_big - b)
    a_low = a - a_high
    b_low = b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


@kernel("float64(float64)")
def pow10(x: float) -> float:
    """Return 10**x; inf above 308.25, 0 below -323.6."""
    if x > 308.25471555991674:
        return math.inf
    if x < -323.6:
        return 0.0
    if x != x:
        return x
    k = float(math.floor(x * _LOG2_10 + 0.5))
    r = x - k * _LOG10_2_1
    tail = -(k * _LOG10_2_2)
    rest = r + tail
    lost = tail - (rest - r)
    high = rest * _LN10
    return _scaled_exp(high, _product_error(rest, _LN10, high) + (rest * _LN10_TAIL + lost * _LN10), k)


@kernel("float64(float64, float64)")
def power(x: float, y: float) -> float:
    """Return x**y for x >= 0 as exp(y ln x); the relative error grows as 2e-16 (1 + |y ln x|). NaN for x < 0."""
    if y == 0.0:
        return 1.0
    if x == 0.0:
        return 0.0 if y > 0.0 else math.inf
    return exp(y * log(x))


@kernel("float64(float64)")
def db_to_ratio(db: float) -> float:
    """Return the power ratio 10**(db / 10)."""
    return pow10(db / 10.0)


@kernel("float64(float64)")
def ratio_to_db(ratio: float) -> float:
    """Return 10 log10(ratio) in decibels; -inf at 0."""
    return 10.0 * log10(ratio)


@kernel("UniTuple(float64, 2)(float64)")
def sincos(x_rad: float) -> tuple[float, float]:
    """Return (sin x, cos x) for |x| <= 1e6 rad, NaN beyond."""
    if not abs(x_rad) <= LARGEST_ANGLE_RAD:
        return math.nan, math.nan
    k = float(math.floor(x_rad * _TWO_OVER_PI + 0.5))
    t = x_rad - k * _HALF_PI_1
    w = k * _HALF_PI_2
    r = t - w
    tail = (t - r) - w - k * _HALF_PI_3
    high = r + tail
    low = tail - (high - r)
    z = high * high
    p = -7.586636882825159e-13
    p = p * z + 1.6058530596645953e-10
    p = p * z - 2.50521062259944e-08
    p = p * z + 2.755731921932058e-06
    p = p * z - 0.0001984126984126504
    p = p * z + 0.008333333333333331
    p = p * z - 0.16666666666666666
    q = 4.745838412531023e-14
    q = q * z - 1.1470460319209511e-11
    q = q * z + 2.0876755787492604e-09
    q = q * z - 2.755731922139249e-07
    q = q * z + 2.4801587301584632e-05
    q = q * z - 0.0013888888888888887
    q = q * z + 0.041666666666666664
    half = 0.5 * z
    near_one = 1.0 - half
    sine = high + (high * z * p + low * near_one)
    cosine = near_one + (((1.0 - near_one) - half) + (z * z * q - high * low))
    quadrant = int(k) & 3
    if quadrant == 0:
        return sine, cosine
    if quadrant == 1:
        return cosine, -sine
    if quadrant == 2:
        return -sine, -cosine
    return -cosine, sine


@kernel("float64(float64)")
def sin(x_rad: float) -> float:
    """Return the sine for |x| <= 1e6 rad, NaN beyond."""
    return sincos(x_rad)[0]


@kernel("float64(float64)")
def cos(x_rad: float) -> float:
    """Return the cosine for |x| <= 1e6 rad, NaN beyond."""
    return sincos(x_rad)[1]


@kernel("float64(float64)")
def tan(x_rad: float) -> float:
    """Return the tangent for |x| <= 1e6 rad, NaN beyond."""
    sine, cosine = sincos(x_rad)
    return sine / cosine


@kernel("float64(float64, float64)")
def atan2(y: float, x: float) -> float:
    """Return the angle of the point (x, y) in [-pi, pi]; by the signs 0 or pi at the origin; NaN for two infinities."""
    ax = abs(x)
    ay = abs(y)
    steep = ay > ax
    low = ax if steep else ay
    high = ay if steep else ax
    t = 0.0
    if high > 0.0:
        t = low / high
    elif high != 0.0:
        return math.nan
    base = 0.0
    base_tail = 0.0
    if t > _TAN_22_DEG_5:
        t = (low - high) / (low + high)
        base = 0.5 * HALF_PI
        base_tail = 0.5 * _HALF_PI_TAIL
    z = t * t
    p = -0.013905374533113234
    p = p * z + 0.030622995553735516
    p = p * z - 0.04103887546862687
    p = p * z + 0.04719259188242093
    p = p * z - 0.05258020272656758
    p = p * z + 0.058819230561140225
    p = p * z - 0.06666641869131183
    p = p * z + 0.07692306729194896
    p = p * z - 0.0909090906681608
    p = p * z + 0.11111111110751482
    p = p * z - 0.1428571428571149
    p = p * z + 0.19999999999999993
    p = p * z - 0.3333333333333333
    small = t * z * p + base_tail
    if steep:  # angle from the y axis
        base = HALF_PI - base
        small = _HALF_PI_TAIL - small
        t = -t
    negative_x = np.float64(x).view(np.int64) < 0
    if negative_x:
        base = PI - base
        small = _PI_TAIL - small
        t = -t
    angle = base + (t + small)
    return -angle if np.float64(y).view(np.int64) < 0 else angle


@kernel("float64(float64)")
def asin(x: float) -> float:
    """Return the angle in [-pi/2, pi/2] whose sine is x; NaN for |x| > 1."""
    return atan2(x, math.sqrt((1.0 - x) * (1.0 + x)))


@kernel("float64(float64)")
def acos(x: float) -> float:
    """Return the angle in [0, pi] whose cosine is x; NaN for |x| > 1."""
    return atan2(math.sqrt((1.0 - x) * (1.0 + x)), x)


@kernel("float64(float64)")
def wrap_pi(x_rad: float) -> float:
    """Return the same angle in [-pi, pi)."""
    return x_rad - TWO_PI * math.floor((x_rad + PI) / TWO_PI)


@kernel("float64(float64)")
def wrap_two_pi(x_rad: float) -> float:
    """Return the same angle in [0, 2 pi)."""
    wrapped = x_rad - TWO_PI * math.floor(x_rad / TWO_PI)
    return wrapped if 0.0 <= wrapped < TWO_PI else 0.0


@kernel("float64(float64)")
def normal_quantile(p: float) -> float:
    """Return z with P(N(0,1) < z) = p, 0 < p < 1, by algorithm AS 241, PPND16 (Wichura, 1988); -inf, inf at 0, 1."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2509.0809287301227
        top = top * r + 33430.57558358813
        top = top * r + 67265.7709270087
        top = top * r + 45921.95393154987
        top = top * r + 13731.69376550946
        top = top * r + 1971.5909503065513
        top = top * r + 133.14166789178438
        top = top * r + 3.3871328727963665
        bottom = 5226.495278852854
        bottom = bottom * r + 28729.085735721943
        bottom = bottom * r + 39307.89580009271
        bottom = bottom * r + 21213.794301586597
        bottom = bottom * r + 5394.196021424751
        bottom = bottom * r + 687.1870074920579
        bottom = bottom * r + 42.31333070160091
        bottom = bottom * r + 1.0
        return q * (top / bottom)
    r = p if q < 0.0 else 1.0 - p
    if not r > 0.0:
        return math.nan if r != 0.0 else (-math.inf if q < 0.0 else math.inf)
    r = math.sqrt(-log(r))
    if r <= 5.0:
        r -= 1.6
        top = 0.0007745450142783414
        top = top * r + 0.022723844989269184
        top = top * r + 0.2417807251774506
        top = top * r + 1.2704582524523684
        top = top * r + 3.6478483247632045
        top = top * r + 5.769497221460691
        top = top * r + 4.630337846156546
        top = top * r + 1.4234371107496835
        bottom = 1.0507500716444169e-09
        bottom = bottom * r + 0.0005475938084995345
        bottom = bottom * r + 0.015198666563616457
        bottom = bottom * r + 0.14810397642748008
        bottom = bottom * r + 0.6897673349851
        bottom = bottom * r + 1.6763848301838038
        bottom = bottom * r + 2.053191626637759
        bottom = bottom * r + 1.0
    else:
        r -= 5.0
        top = 2.0103343992922881e-07
        top = top * r + 2.7115555687434876e-05
        top = top * r + 0.0012426609473880784
        top = top * r + 0.026532189526576124
        top = top * r + 0.29656057182850487
        top = top * r + 1.7848265399172913
        top = top * r + 5.463784911164114
        top = top * r + 6.657904643501103
        bottom = 2.0442631033899397e-15
        bottom = bottom * r + 1.421511758316446e-07
        bottom = bottom * r + 1.8463183175100548e-05
        bottom = bottom * r + 0.0007868691311456133
        bottom = bottom * r + 0.014875361290850615
        bottom = bottom * r + 0.1369298809227358
        bottom = bottom * r + 0.599832206555888
        bottom = bottom * r + 1.0
    z = top / bottom
    return -z if q < 0.0 else z
