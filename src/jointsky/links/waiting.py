"""What a message waits in closed form: slots, queues, servers, repeats.

Times in seconds, rates per second. `load` is arrivals times service time. Sources: Kleinrock, "Queueing Systems" vol. 1
(1975); Erlang (1917); TDMA by counting.
"""

import math

LINK_SLOT_S = 7.8125e-3
"""The slot of the common tactical TDMA link: 128 a second, 1,536 in a frame of 12 s, 98,304 in an epoch of 12.8 min."""
SLOTS_PER_FRAME = 1_536
FRAME_S = SLOTS_PER_FRAME * LINK_SLOT_S
EPOCH_S = 98_304 * LINK_SLOT_S


def tdma_wait_s(frame_s: float, slots: int = 1) -> float:
    """Return the mean wait for the own slot, `slots` of them evenly spaced in a frame: frame / (2 slots)."""
    return 0.5 * frame_s / _whole("slots", slots)


def tdma_delay_s(frame_s: float, slot_s: float, slots: int = 1) -> float:
    """Return the mean time from a message's birth until its slot is over: the wait and the slot."""
    return tdma_wait_s(frame_s, slots) + slot_s


def tdma_worst_s(frame_s: float, slots: int = 1) -> float:
    """Return the longest wait for the own slot."""
    return frame_s / _whole("slots", slots)


def tdma_capacity(frame_s: float, slots: int, messages_per_slot: int = 1) -> float:
    """Return messages a second that so many slots of a frame carry."""
    return slots * messages_per_slot / frame_s


def throughput_bps(bits_per_slot: int, slot_s: float = LINK_SLOT_S) -> float:
    """Return bits a second where every slot carries so many bits (225, 450, 900: 28.8, 57.6, 115.2 kbit/s)."""
    return bits_per_slot / slot_s


def mm1_wait_s(arrivals_per_s: float, service_s: float) -> float:
    """Return the mean wait before service, Poisson arrivals and exponential service: load s / (1 - load).

    Raises ValueError where the load is not below 1, as the others here do.
    """
    load = _load(arrivals_per_s, service_s, 1)
    return load * service_s / (1.0 - load)


def mm1_time_s(arrivals_per_s: float, service_s: float) -> float:
    """Return the mean time from arrival to the end of service: s / (1 - load)."""
    return mm1_wait_s(arrivals_per_s, service_s) + service_s


def mm1_length(arrivals_per_s: float, service_s: float) -> float:
    """Return the mean number in the system, load / (1 - load)."""
    return arrivals_per_s * mm1_time_s(arrivals_per_s, service_s)


def mm1_quantile_s(arrivals_per_s: float, service_s: float, share: float) -> float:
    """Return the time from arrival to end of service that this share of messages does not exceed (exponential)."""
    return -math.log1p(-share) * mm1_time_s(arrivals_per_s, service_s)


def md1_wait_s(arrivals_per_s: float, service_s: float) -> float:
    """Return the mean wait before service that always takes the same time: half of M/M/1."""
    return 0.5 * mm1_wait_s(arrivals_per_s, service_s)


def md1_time_s(arrivals_per_s: float, service_s: float) -> float:
    """Return the mean time from arrival to the end of such service."""
    return md1_wait_s(arrivals_per_s, service_s) + service_s


def mg1_wait_s(arrivals_per_s: float, service_s: float, service_sigma_s: float) -> float:
    """Return the mean wait for any service times (Pollaczek & Khinchine): lambda (s^2 + sigma^2) / (2 (1 - load))."""
    load = _load(arrivals_per_s, service_s, 1)
    return arrivals_per_s * (service_s**2 + service_sigma_s**2) / (2.0 * (1.0 - load))


def erlang_b(offered: float, servers: int) -> float:
    """Return the chance that a call is lost, `offered` erlangs to so many servers without a queue (recursion in the
    servers, exact).

    Raises ValueError for a negative load.
    """
    if not offered >= 0.0 or servers < 0:
        raise ValueError(f"found {offered} erlangs and {servers} servers, expected neither below 0")
    lost = 1.0
    for n in range(1, servers + 1):
        lost = offered * lost / (n + offered * lost)
    return lost


def erlang_c(offered: float, servers: int) -> float:
    """Return the chance that a call waits, with a queue: B / (1 - rho (1 - B)). Raises ValueError unless rho =
    offered/servers is below 1."""
    rho = _load(offered, 1.0, servers)
    lost = erlang_b(offered, servers)
    return lost / (1.0 - rho * (1.0 - lost))


def mmc_wait_s(arrivals_per_s: float, service_s: float, servers: int) -> float:
    """Return the mean wait before service by one of several servers: C s / (c - offered)."""
    offered = arrivals_per_s * service_s
    return erlang_c(offered, servers) * service_s / (servers - offered)


def servers_needed(offered: float, most_lost: float) -> int:
    """Return the least number of servers that lose at most this share of calls."""
    servers = 0
    while erlang_b(offered, servers) > most_lost:
        servers += 1
    return servers


def mean_sendings(loss: float, most: float = math.inf) -> float:
    """Return how often a message is sent on average when it is repeated until it arrives, or `most` times:
    (1 - p^n) / (1 - p)."""
    kept = 1.0 - _share(loss)
    return (1.0 - loss**most) / kept if kept > 0.0 else most


def delivered(loss: float, sendings: int) -> float:
    """Return the chance that one of so many sendings arrives, 1 - p^n."""
    return 1.0 - _share(loss) ** sendings


def repeat_delay_s(loss: float, delay_s: float, repeat_s: float) -> float:
    """Return the mean delay of a message repeated every `repeat_s` until it arrives: d + repeat p / (1 - p)."""
    return delay_s + repeat_s * _share(loss) / (1.0 - loss)


def sendings_needed(loss: float, wanted: float) -> int:
    """Return the least number of sendings of which one arrives with chance `wanted`."""
    if loss == 0.0 or wanted == 0.0:
        return int(wanted > 0.0)
    return math.ceil(math.log1p(-_share(wanted)) / math.log(_share(loss)) - 1e-12)


def voice_tracks(report_s: float, update_s: float) -> int:
    """Return how many tracks one voice net keeps fresh when each report takes `report_s` and each track needs one every
    `update_s`."""
    return int(update_s / report_s + 1e-12)


def _load(arrivals: float, service_s: float, servers: int) -> float:
    load = arrivals * service_s / servers
    if not 0.0 <= load < 1.0:
        raise ValueError(f"found a load of {load}, expected 0 to below 1")
    return load


def _share(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"found {value}, expected a share from 0 to 1")
    return value


def _whole(name: str, value: int) -> int:
    if value < 1:
        raise ValueError(f"found {name} {value}, expected 1 or more")
    return value
