"""Where the open reference data lie."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

SHARED = Path(os.environ.get("RHIZOLITH_SHARED") or Path(__file__).parents[3] / "shared") / "data"
MAIZE = SHARED / "eco" / "maize_rotation_microbiome_metabolome"
VARESPEC = SHARED / "eco" / "vegan_classics"
here = pytest.mark.skipif(not SHARED.exists(), reason="skipped: shared data absent")


def maize() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts (samples × taxa) and design of the sixty bulk and rhizosphere samples."""
    ids = list(pd.read_csv(MAIZE / "reference_R" / "dist_bray_relative.csv.gz", index_col=0).columns)
    counts = pd.read_csv(MAIZE / "asv_counts.csv.gz", index_col=0).T.loc[ids]
    return counts, pd.read_csv(MAIZE / "samples.csv", index_col=0).loc[ids]
