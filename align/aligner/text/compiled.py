"""Compilation of loops by numba, which takes 0.4 s to import: import this module in functions."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compile_loop(**options: Any) -> Callable[[Function], Function]:
    """Compile a function when it is first called, and keep the code for the next process.

    Numba keeps it next to the function's file or in the user's cache folder. If it can write to
    neither, it raises; then the function is compiled again in every process.
    """

    def compile_(function: Function) -> Function:
        try:
            kept = njit(cache=True, **options)(function)
        except RuntimeError:
            kept = njit(**options)(function)
        return cast(Function, kept)  # called like the function

    return compile_
