"""The tables of this folder can be imported by its tests; the open data are skipped where they are absent."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of open data: beside the repository, or below RHIZOLITH_SHARED."""
    given = os.environ.get("RHIZOLITH_SHARED")
    base = Path(given) if given else Path(__file__).resolve().parents[3] / "shared"
    base = base / "data" if (base / "data").is_dir() else base
    if not (base / "ms").is_dir():
        pytest.skip("skipped: shared data absent")
    return base
