"""Enzymes: vectors of every treatment and threshold ratios, what microbes seem to be short of, with the conventions."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.experiment import node
from rhizolith.reporting.figure import Panel, grid
from rhizolith.reporting.panels.enzyme_vectors import vectors
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.threshold_ratio import threshold
from rhizolith.reporting.panels.treatment_dots import effects, sample_groups, tested
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table
from rhizolith.reporting.words import number


@section("analyze", order=28, title="Enzyme vectors and threshold ratios")
def analyze_enzymes(tree: xr.DataTree) -> Piece | None:
    """Each sample by the shares of C-, N- and P-acquiring enzymes; what critics say stands above."""
    held = node(tree, "enzymes")
    if held is None:
        return None
    look, of = Look.of(tree), sample_groups(tree)
    panels: list[Panel] = []
    said, more = Markup(""), Markup("")
    if "vector_angle" in held:
        said = Markup("<p class=caveat>{}</p>").format(held["vector_angle"].attrs.get("caution", ""))
        points = _vectors(held, of)
        panels += [vectors(points, look, _effects(tree, "vector_length", "vector_angle"))] if len(points) else []
        more += _lengths(tree)
    lines = json.loads(str(held.attrs.get("threshold_lines", "[]")))
    for element in ("N", "P"):
        points = _thresholds(tree, held, of, element)
        line = next((i for i in lines if i["element"] == element), None)
        panels += [threshold(element, points, look, _effects(tree, f"TER_C{element}"), line)] if len(points) else []
    return Piece(said + grid(panels) + more, tuple(panels)) if panels else None


def _vectors(held: xr.Dataset, of: pd.Series) -> pd.DataFrame:
    angle, length = np.radians(held["vector_angle"].to_series()), held["vector_length"].to_series()
    points = pd.DataFrame({"group": of, "x": length * np.cos(angle), "y": length * np.sin(angle)})
    points["length"], points["angle"] = length, np.degrees(angle)
    points["class"] = held["limitation"].to_series() if "limitation" in held else ""
    return points.dropna(subset=["x", "y"]).rename_axis("sample").reset_index()


def _thresholds(tree: xr.DataTree, held: xr.Dataset, of: pd.Series, element: str) -> pd.DataFrame:
    soil = node(tree, "soil")
    own, food = f"TER_C{element}", f"soil_C{element}"
    if own not in held or soil is None or food not in soil:
        return pd.DataFrame()
    points = pd.DataFrame({"group": of, "food": soil[food].to_series(), "ter": held[own].to_series()})
    for end in ("low", "high"):
        points[end] = held[f"{own}_{end}"].to_series() if f"{own}_{end}" in held else np.nan
    return points.dropna(subset=["food", "ter"]).rename_axis("sample").reset_index()


def _effects(tree: xr.DataTree, *variables: str) -> str:
    """Effects of the design on each variable, in words."""
    tests = tested(tree).get("tests", pd.DataFrame())
    found = [(v, effects(tests, v)) for v in variables]
    return " ".join(f"{v[:1].upper()}{v[1:].replace('_', ' ')}: {words}." for v, words in found if words)


def _lengths(tree: xr.DataTree) -> Markup:
    """Length and angle of every treatment with interval and letter."""
    groups = tested(tree).get("groups", pd.DataFrame())
    if groups.empty:
        return Markup("")
    rows = {}
    for variable, unit in (("vector_length", ""), ("vector_angle", "°")):
        own = groups[groups["variable"] == variable].set_index("group")
        rows[variable] = {
            g: f"{number(r['mean'])}{unit} "
            + (f"({number(r['low'])} to {number(r['high'])}) {r['letter']}" if r["n"] > 1 else "(no interval)")
            for g, r in own.iterrows()
        }
        rows["n"] = {g: f"{r['n']:.0f}" for g, r in own.iterrows()}
    wide = pd.DataFrame(rows)
    if wide.empty:
        return Markup("")
    wide = wide.loc[Look.of(tree).order(wide.index), ["n", "vector_length", "vector_angle"]]
    return html_table(
        wide.rename_axis("treatment").reset_index(),
        ["Treatment", "n", "Length: mean (95 % interval), letter", "Angle: mean (95 % interval), letter"],
    )
