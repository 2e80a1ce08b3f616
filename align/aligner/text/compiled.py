"""Compilation of loops with numba. It takes 0.4 s to import, so import this module in functions."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import event

logger = logging.getLogger(__name__)

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
            NOTICE.has_cache = False
            kept = njit(**options)(function)
        return cast(Function, kept)  # numba's dispatcher has the signature of the function

    return compile_


class CompilationNotice(event.Listener):
    """Warning, once per process, that the loops of this package are being compiled.

    numba reports a compilation only if the machine code is not in its cache.
    """

    def __init__(self) -> None:
        self.has_cache = True
        self._is_shown = False

    def on_start(self, started: event.Event) -> None:
        """Log the warning when the first loop of this package is compiled."""
        module = started.data["dispatcher"].py_func.__module__
        if self._is_shown or not module.startswith(_PACKAGE):
            return
        self._is_shown = True
        if self.has_cache:
            logger.warning(
                "compiling a part of the aligner, once per machine (about half a minute)"
            )
        else:
            logger.warning(
                "compiling a part of the aligner (about half a minute); set NUMBA_CACHE_DIR to a "
                "folder to do this only once"
            )

    def on_end(self, ended: event.Event) -> None:
        """Do nothing: the end is not reported."""


_PACKAGE = __name__.partition(".")[0] + "."

NOTICE = CompilationNotice()
event.register("numba:compile", NOTICE)  # type: ignore[no-untyped-call] # it has no types
