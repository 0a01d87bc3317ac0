"""Notional unit types: what they are, their numbers in SI, and where each number comes from."""

from jointsky.catalogue.catalogue import Catalogue, TypeFault, load
from jointsky.catalogue.types import (
    AircraftType,
    AirToAir,
    Jammer,
    MissileType,
    RadarType,
    SamType,
    TypeModel,
    WatcherType,
)

__all__ = [
    "AirToAir",
    "AircraftType",
    "Catalogue",
    "Jammer",
    "MissileType",
    "RadarType",
    "SamType",
    "TypeFault",
    "TypeModel",
    "WatcherType",
    "load",
]
