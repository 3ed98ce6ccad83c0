"""The tables of this folder can be imported by its tests; the open data are skipped where they are absent."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from rhizolith.description.experiment.example import write_example

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


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """The bundled experiment, written once."""
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    return folder


@pytest.fixture
def pots(example, tmp_path):
    """A copy of it, to spoil."""
    return shutil.copytree(example, tmp_path / "pots")
