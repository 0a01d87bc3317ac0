"""The one way kernels are compiled, so that the rules of bit reproducibility are written once."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba  # pyright: ignore[reportMissingTypeStubs]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel(*signatures: Any) -> Callable[[_Function], _Function]:
    """Compile the decorated function for each numba signature (text or type) at import, from the cache where possible.

    No fastmath and no parallel reductions: the same input gives the same bits on every machine. Division by zero gives
    inf or NaN as in numpy, never an exception. Without a signature the function is compiled at its first call.
    """
    compile_with: Any = cast(Any, numba).njit
    return compile_with(list(signatures) or None, cache=True, error_model="numpy", fastmath=False)
