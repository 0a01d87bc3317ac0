"""Studies: arms x replications with common random numbers, paired differences with intervals."""

from jointsky.study.face import Study, study

__all__ = ["Study", "study"]
