"""Which page belongs into a folder: that of a run, or that of a study."""

from os import PathLike
from pathlib import Path

from jointsky.errors import LogError
from jointsky.report.gains import read_facts
from jointsky.report.run_page import write_run_page
from jointsky.report.study_page import write_facts_page


def write_page(folder: str | PathLike[str]) -> Path:
    """Write the page of the run or study in a folder again; its path. Raises LogError for a folder that is neither, and
    as the two pages do."""
    place = Path(folder)
    if (place / "results.parquet").is_file():
        return write_facts_page(read_facts(place), place)
    if (place / "log").is_file():
        return write_run_page(place)
    if not place.is_dir():
        raise LogError(f"{place}: there is no such folder")
    raise LogError(
        f"{place}: neither a finished run (expected log and summary.json) nor a study (expected "
        "results.parquet and summary.json)"
    )
