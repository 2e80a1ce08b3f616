"""Measurements of speed, memory and accuracy. Run as ``python -m benchmarks.NAME``."""

import sys
from pathlib import Path

# serve.py, a server of saved pages on this machine
sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))
