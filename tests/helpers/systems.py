"""Marks of tests that need what only some systems have; they are skipped elsewhere."""

import os
import sys

import pytest

needs_posix = pytest.mark.skipif(
    os.name != "posix", reason="needs signals, pipes, links or permissions of POSIX"
)
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc or /dev of Linux")
