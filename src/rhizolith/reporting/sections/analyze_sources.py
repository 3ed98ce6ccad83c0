"""The works that an analysis rests on."""

from __future__ import annotations

import xarray as xr

from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.sources import source_list


@section("analyze", order=100, title="Sources")
def analyze_sources(tree: xr.DataTree) -> Piece:
    """Every cited work, in the order of its key."""
    return source_list(tree)
