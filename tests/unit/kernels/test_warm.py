"""Warming up imports every kernel module and says how long each took."""

from pathlib import Path

from jointsky.kernels import warm


def test_every_kernel_module_is_warmed() -> None:
    done = warm.warm()
    sources = {path.stem for path in Path(warm.__file__).parent.glob("*.py")} - {"__init__"}
    assert {name.rpartition(".")[2] for name, _ in done} == sources
    assert len(done) == len(sources)
    assert all(seconds >= 0.0 for _, seconds in done)
