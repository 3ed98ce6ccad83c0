"""Where the open reference data lie; tests that need them skip when they are absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared_data() -> Path:
    """The folder of open data: beside the repository, or below RHIZOLITH_SHARED."""
    given = os.environ.get("RHIZOLITH_SHARED")
    base = Path(given) if given else ROOT.parent / "shared"
    return base / "data" if (base / "data").is_dir() else base


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (shared_data() / "ms").is_dir():
        pytest.skip("skipped: shared data absent")
    return shared_data()
