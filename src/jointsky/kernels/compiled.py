"""The one way kernels are compiled, so that the rules of bit reproducibility are written once."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba  # pyright: ignore[reportMissingTypeStubs]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel(*signatures: Any) -> Callable[[_Function], _Function]:
    """Compile the decorated function for each numba signature (text or type) and for no other, from the cache where
    possible, when it is first needed.

    No fastmath and no parallel reductions: the same input gives the same bits on every machine. Division by zero gives
    inf or NaN as in numpy, never an exception. Without a signature the function is compiled at its first call.
    """
    compile_with: Any = cast(Any, numba).njit
    lazy: Any = compile_with(cache=True, error_model="numpy", fastmath=False)

    def decorate(function: _Function) -> _Function:
        return _declared(lazy(function), signatures) if signatures else lazy(function)

    return decorate


def _declared(dispatcher: Any, signatures: tuple[Any, ...]) -> Any:
    """Let `dispatcher` accept just these signatures, compiled or fetched from the cache when it is first called or
    first compiled into a caller.

    Most kernels are only ever called from others, whose cached code holds them already: fetching those too at every
    start took longer than all other imports together.
    """
    if not hasattr(dispatcher, "get_call_template"):  # compilation is switched off: plain Python
        return dispatcher
    own = {name: getattr(dispatcher, name) for name in ("_compile_for_args", "get_call_template")}

    def settle() -> None:
        if dispatcher.overloads:
            return
        for name in own:
            delattr(dispatcher, name)
        for signature in signatures:
            dispatcher.compile(signature)
        dispatcher.disable_compile()

    def compile_for_args(*_args: Any, **_kws: Any) -> Any:
        settle()
        return dispatcher  # what is returned here is called with the arguments, and now finds its match

    def get_call_template(args: Any, kws: Any) -> Any:
        settle()
        return dispatcher.get_call_template(args, kws)

    dispatcher.settle = settle
    dispatcher._compile_for_args, dispatcher.get_call_template = compile_for_args, get_call_template
    return dispatcher
