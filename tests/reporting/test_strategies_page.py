"""The triangle puts every share where it is read, and the section says what a study could and could not tell."""

import re

import matplotlib.figure
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.strategies import strategies
from rhizolith.reporting.sections.study_strategies import study_strategies
from rhizolith.reporting.triangle import CORNERS, Triangle

POTS = [f"P{k:02d}" for k in range(16)]
DESIGN = pd.DataFrame({"plant": ["none", "grass"] * 8, "amendment": ["no", "no", "humic", "humic"] * 4}, POTS)


def _tree(sources):
    part = strategies(sources, choose_factors(DESIGN), n=49)
    design = xr.Dataset({c: ("sample", DESIGN[c].to_numpy(str)) for c in DESIGN}, {"sample": POTS})
    design["group"] = ("sample", DESIGN.agg(" · ".join, axis=1).to_numpy(str))
    study = xr.DataTree(xr.Dataset(attrs={"formula": "plant * amendment"}), {"strategies": part.to_tree()})
    return xr.DataTree.from_dict({"/study": study, "/design": design})


def _genes():
    random = np.random.default_rng(0)
    balances = random.normal([0.2, -0.3], 0.1, (16, 2)) + np.outer(DESIGN["plant"] == "grass", [0.3, 0])
    a, s = balances[:, 0] / np.sqrt(2), balances[:, 1] * np.sqrt(2 / 3)
    logs = np.column_stack([-a - s / 2, a - s / 2, s])
    shares = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    held = pd.DataFrame(shares, POTS, ["YAS_Y", "YAS_A", "YAS_S"])
    held[["YAS_clr_Y", "YAS_clr_A", "YAS_clr_S"]] = logs
    held[["YAS_A_to_Y", "YAS_S_to_AY"]] = balances
    return held.assign(YAS_coverage=0.5, YAS_genes=0.8, rrn_genes=random.normal(2, 0.2, 16))


def test_corners_and_middle_of_the_whole_triangle():
    whole = Triangle((0.0, 0.0, 0.0))
    assert whole.place(np.eye(3)) == pytest.approx(CORNERS)
    assert whole.place(np.full((1, 3), 1 / 3))[0] == pytest.approx(CORNERS.mean(axis=0))


def test_the_part_around_points_holds_them_and_keeps_directions():
    points = np.array([[0.3, 0.4, 0.3], [0.35, 0.4, 0.25], [0.3, 0.35, 0.35]])
    part = Triangle.around(points)
    places = part.place(points)
    assert (places[:, 1] > 0).all() and (places[:, 1] < np.sqrt(3) / 2).all()
    whole = Triangle((0.0, 0.0, 0.0)).place(points)
    assert (places[1] - places[0]) * part.side == pytest.approx(whole[1] - whole[0])


def test_lines_of_one_level_are_parallel_to_the_edge_across():
    axes = matplotlib.figure.Figure().add_subplot()
    part = Triangle((0.2, 0.2, 0.2))
    part.draw(axes, ["a", "b", "c"])
    across = {k: CORNERS[(k + 2) % 3] - CORNERS[(k + 1) % 3] for k in range(3)}
    lines = [line.get_xydata() for line in axes.lines[1:]]
    assert len(lines) >= 6
    for ends in lines:
        along = ends[1] - ends[0]
        turned = [abs(along[0] * v[1] - along[1] * v[0]) for v in across.values()]
        assert min(turned) == pytest.approx(0, abs=1e-9)


def test_the_section_shows_triangle_copies_tests_and_coverage():
    piece = study_strategies(_tree({"ko": _genes()}))
    assert {p.name for p in piece.panels} == {"yas-ko", "strategy-rrn-genes"}
    for words in ("What the answers cover", "Y, A and S together", "η²", "Copiotrophs and oligotrophs: no", "inferred"):
        assert words in piece.html
    triangle = next(p for p in piece.panels if p.name == "yas-ko")
    assert {"Y", "A", "S", "group", "what", "sample"} <= set(triangle.table)
    copies = next(p for p in piece.panels if p.name == "strategy-rrn-genes")
    assert "PERMANOVA of Aitchison distances: plant R²" in triangle.about and "n 16" in triangle.about
    assert re.search(r"plant F\(1, [\d.]+\) .*partial η²", copies.about)
    assert (triangle.table["what"] == "sample").sum() == 16
    for width in (89, 183):
        drawn = triangle.at(width)
        assert drawn.width == pytest.approx(width / 25.4) and drawn.pdf().startswith(b"%PDF")


def test_a_study_without_such_tables_says_so():
    piece = study_strategies(_tree({}))
    assert not piece.panels and "Not done" in piece.html and "KEGG orthologs" in piece.html
