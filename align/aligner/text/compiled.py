"""Compilation of loops with numba. It takes 0.4 s to import, so import this module in functions."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compile_loop(**options: Any) -> Callable[[Function], Function]:
    """Compile a function on its first call, and cache the machine code for later processes.

    numba writes the cache next to the function's file or to the user's cache folder. If it can
    write to neither, the function is compiled again in every process.
    """

    def compile_(function: Function) -> Function:
        try:
            kept = njit(cache=True, **options)(function)
        except RuntimeError:
            kept = njit(**options)(function)
        return cast(Function, kept)  # numba's dispatcher has the signature of the function

    return compile_
