"""The figures of a study say what its tables say, keep their numbers beside them, and are readable in one column."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.text import Text

from rhizolith.reporting.chances import chance
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.changes import changes
from rhizolith.reporting.panels.effects import effects
from rhizolith.reporting.panels.labels import beside
from rhizolith.reporting.panels.linkage import linkage
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.network import network, roles
from rhizolith.reporting.panels.ordination import ordination
from rhizolith.reporting.panels.path_diagram import depths, diagram
from rhizolith.reporting.panels.shares import shared
from rhizolith.reporting.panels.stack import stack
from rhizolith.reporting.panels.superposed import superposed
from rhizolith.reporting.panels.threshold_ratio import threshold
from rhizolith.reporting.panels.treatment_dots import effects as effect_words
from rhizolith.reporting.panels.triangle import by_likeness, triangle
from rhizolith.reporting.panels.volcano import short, volcano, weights

COLUMN = 89
"""mm"""
SMALLEST = 6.0
"""points"""


@pytest.fixture(scope="module")
def look() -> Look:
    return Look({"plant": ("none", "grass"), "salt": ("none", "gypsum", "lime")})


GROUPS = [f"{p} · {s}" for p in ("none", "grass") for s in ("none", "gypsum", "lime")]


def readable(panel: Panel) -> None:
    """No text below six points, none cut by the edge, at the width of one printed column; numbers beside."""
    drawn = panel.at(COLUMN).figure()
    drawn.canvas.draw()
    frame = drawn.bbox
    texts: list[Text] = [t for legend in drawn.legends for t in legend.get_texts()]
    for axes in drawn.axes:
        texts += axes.texts
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            low, high = sorted(axis.get_view_interval())
            shown = [low <= at <= high for at in axis.get_majorticklocs()]
            texts += [axis.label, *(t.label1 for t, there in zip(axis.get_major_ticks(), shown) if there)]
    for text in texts:
        if not text.get_text().strip() or not text.get_visible():
            continue
        assert text.get_fontsize() >= SMALLEST, (panel.name, text.get_text())
        box = Text.get_window_extent(text)
        inside = box.x0 > -4 and box.y0 > -4 and box.x1 < frame.x1 + 4 and box.y1 < frame.y1 + 4
        assert inside, (panel.name, text.get_text(), box, frame)
    assert len(panel.csv().splitlines()) > 1
    assert "<text" in panel.svg()


def test_a_label_finds_its_factors_even_where_two_share_a_word(look):
    assert look.levels("none · lime") == {"plant": "none", "salt": "lime"}
    assert look.levels("none · none") == {"plant": "none", "salt": "none"}
    assert look.levels("no plant · no salt") == {"plant": "none", "salt": "none"}
    assert [h.get_label() for h in look.handles(["no plant · lime"])] == ["salt: lime", "no plant"]
    assert look.levels("lime") == {"salt": "lime"}  # averaged over plants
    assert look.order(reversed(GROUPS)) == GROUPS
    styles = {(s["colour"], s["marker"], s["filled"]) for s in map(look.style, GROUPS)}
    assert len(styles) == len(GROUPS)
    assert look.ranked == ["salt", "plant"]  # more levels: colour


def test_a_third_factor_is_filled_or_open():
    three = Look({"a": ("x", "y"), "b": ("p", "q", "r"), "c": ("m", "n", "o")})
    every = [f"{a} · {b} · {c}" for a in "xy" for b in "pqr" for c in "mno"]
    styles = {(s["colour"], s["marker"], s["filled"]) for s in map(three.style, every)}
    assert len(styles) == 18


def test_words_give_test_effect_and_interval():
    tests = pd.DataFrame(
        {"variable": ["pH", "pH"], "term": ["plant", "plant:salt"], "f": [12.0, 3.0], "p": [0.0004, 0.09],
         "eta2": [0.6, 0.2], "eta2_low": [0.3, 0.0], "eta2_high": [0.8, 0.4]}
    )  # fmt: skip
    said = effect_words(tests, "pH")
    assert said.startswith("plant F 12, p < 0.001, partial η² 0.60 (90 % interval 0.30 to 0.80); plant × salt F 3")
    by_rule = tests.assign(df=1.0, df_error=14.5, preferred=["shuffled", "f"], p_preferred=[0.004, 0.09])
    said = effect_words(by_rule, "pH")
    assert "plant F(1, 14.5) 12, p 0.004 by shuffles" in said and "F(1, 14.5) 3, p 0.090, partial" in said
    assert chance(float("nan")) == "p not known" and chance(0.0204) == "p 0.020"
    assert effect_words(tests, "EC") == ""


def places(look: Look, n: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    group = np.repeat(GROUPS, n)
    shift = np.array([GROUPS.index(g) for g in group])
    return pd.DataFrame(
        {"sample": [f"s{i}" for i in range(len(group))], "NMDS1": shift + rng.normal(size=len(group)),
         "NMDS2": rng.normal(size=len(group)), "group": group}
    )  # fmt: skip


def test_ordination_carries_the_test_and_an_ellipse_a_treatment(look):
    permanova = pd.DataFrame(
        {"term": ["plant", "Residual"], "r2": [0.3, 0.7], "f": [4.2, np.nan], "p": [0.002, np.nan]}
    )
    panel = ordination("16S", "NMDS", places(look), ("NMDS1", "NMDS2"), permanova, look, "Scaling, stress 0.1.")
    assert "plant R² 0.30, F 4.2, p 0.002" in panel.about and "n 30" in panel.about and "stress 0.1" in panel.about
    axes = panel.figure().axes[0]
    assert len(axes.patches) == 6
    low, high = axes.get_xlim(), axes.get_ylim()
    assert np.isclose(low[1] - low[0], high[1] - high[0])  # distances read alike in every direction
    readable(panel)


def test_many_groups_share_ellipses_of_the_factor_that_explains_most():
    many = Look({"a": ("x", "y"), "b": ("p", "q", "r"), "c": ("m", "n")})
    rng = np.random.default_rng(1)
    group = [f"{a} · {b} · {c}" for a in "xy" for b in "pqr" for c in "mn" for _ in range(4)]
    table = pd.DataFrame({"sample": range(48), "A": rng.normal(size=48), "B": rng.normal(size=48), "group": group})
    permanova = pd.DataFrame({"term": ["a", "b", "c"], "r2": [0.1, 0.5, 0.2], "f": 1.0, "p": 0.01})
    panel = ordination("t", "PCoA", table, ("A", "B"), permanova, many, "")
    assert "each level of b" in panel.about and len(panel.figure().axes[0].patches) == 3
    readable(panel)


def test_shares_keep_every_taxon_and_the_rest(look):
    rng = np.random.default_rng(2)
    names = [f"Verylongtaxonname{i}aceae" for i in range(12)]
    wide = rng.dirichlet(np.ones(13), 6)
    shares = pd.DataFrame(wide, GROUPS, [*names, "other"]).rename_axis("group").reset_index()
    long = shares.melt("group", var_name="taxon", value_name="share")
    panel = stack("16S", "genera", long, look, pd.Series(5, GROUPS), "plant R² 0.3, p 0.01")
    bars = panel.figure().axes[0].patches
    assert len(bars) == 6 * 13 and np.isclose(sum(b.get_width() for b in bars), 6)
    assert "n 5 samples" in panel.about and "plant R² 0.3" in panel.about
    readable(panel)


def test_changes_name_each_contrast_and_its_count(look):
    rng = np.random.default_rng(3)
    found = pd.DataFrame(
        {"taxon": [f"Burkholderia-Caballeronia-Paraburkholderia {i}" for i in range(30)] * 2,
         "contrast": ["plant: grass"] * 30 + ["salt: gypsum"] * 30, "log2_change": rng.normal(0, 2, 60), "se": 0.3,
         "q": np.tile([0.001, 0.2], 30)}
    )  # fmt: skip
    panel = changes("16S", found, 24)
    assert "plant: grass: 15 of 30" in panel.about and "n 24" in panel.about
    assert np.allclose(panel.table["high"] - panel.table["low"], 2 * 1.959964 * 0.3)
    assert panel.table.groupby("contrast").size().tolist() == [10, 10]
    readable(panel)
    assert changes("16S", found.assign(q=1.0), 24) is None


def features(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    passes = np.arange(n) < 8
    change = np.where(passes, 2.0 + rng.random(n), 0.2 * rng.normal(size=n)) * np.where(np.arange(n) % 2, 1, -1)
    q = np.where(passes, 1e-6, 0.5)
    return pd.DataFrame(
        {"feature": [f"a very long name of some metabolite {i}" for i in range(n)], "log2_change": change,
         "low": change - 0.4, "high": change + 0.4, "p_moderated": q, "q_moderated": q, "vip": np.linspace(2.5, 0.1, n),
         "passes": passes.astype(str), "stability": np.where(passes, 0.95, 0.0), "identification": "putative"}
    )  # fmt: skip


def test_metabolites_keep_what_tells_their_names_apart_and_their_intervals():
    assert short("a very long name of some metabolite 12", 20).endswith("lite 12"[-6:])
    assert short("glucose") == "glucose"
    panel = volcano("lc", "plant", "grass against none", "n 20", features())
    assert "4 up, 4 down" in panel.about and "n 20" in panel.about
    readable(panel)
    lolly = weights("lc", "plant", "grass against none", "n 20", 0.8, features())
    assert list(lolly.table["vip"]) == sorted(lolly.table["vip"], reverse=True) and "Q² 0.80" in lolly.about
    readable(lolly)


def correlated() -> pd.DataFrame:
    names = ["pH", "SOC", "MBC", "vector_length", "BG", "shannon (asv)"]
    rows = [
        (a, b, 0.9 if {a, b} <= {"SOC", "MBC", "BG"} else -0.2, 20.0) for i, a in enumerate(names) for b in names[:i]
    ]
    table = pd.DataFrame(rows, columns=["a", "b", "rho", "n"])
    table["q"] = np.where(table["rho"] > 0.5, 0.0005, 0.4)
    table["p"] = table["q"] / 2
    table["shared"] = np.where((table["a"] == "BG") & (table["b"] == "SOC"), "BG", "")
    return table


def test_correlations_mark_arithmetic_and_keep_friends_together():
    pairs = correlated()
    order = by_likeness(pairs, ["pH", "SOC", "vector_length", "MBC", "shannon (asv)", "BG"])
    near = sorted(order.index(n) for n in ("SOC", "MBC", "BG"))
    assert near[2] - near[0] == 2
    panel = triangle(pairs)
    assert "all 15 pairs" in panel.about and "(1 pair)" in panel.about and "n 20" in panel.about
    rings = [line for line in panel.figure().axes[0].lines if line.get_marker() == "o"]
    assert len(rings) == 1
    readable(panel)


def test_linkage_draws_a_curve_a_pair_and_names_the_strongest():
    pairs = correlated()
    mantel = pd.DataFrame(
        [(t, v, r, 0.01, 20.0, q) for t, r, q in (("16S", 0.4, 0.02), ("LC-MS", 0.1, 0.3))
         for v in ("pH", "SOC", "MBC", "BG")], columns=["table", "variable", "r", "p", "n", "q"],
    )  # fmt: skip
    panel = linkage(mantel, pairs)
    assert len(panel.figure().axes[0].patches) == 8
    assert "4 of 8 with q < 0.05" in panel.about and "r 0.40" in panel.about
    readable(panel)


def test_shares_of_variation_stand_as_they_are():
    partition = pd.DataFrame(
        {"sets": ["soil", "enzyme", "soil & enzyme", "residual"], "share": [0.2, -0.02, 0.1, 0.72]}
    )
    unique = pd.DataFrame({"set": ["soil", "enzyme"], "f": [3.0, 0.8], "p": [0.004, 0.6]})
    panel = shared("asv", partition.assign(table="asv", n=24.0), unique)
    widths = sorted(bar.get_width() for bar in panel.figure().axes[0].patches)
    assert np.allclose(widths, [-0.02, 0.1, 0.2])
    assert "soil F 3.00, p 0.004" in panel.about and "0.28 by all sets" in panel.about and "n 24" in panel.about
    readable(panel)


def test_procrustes_names_the_worst_samples(look):
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(size=(12, 4)), columns=["axis1", "axis2", "to_axis1", "to_axis2"])
    table = table.assign(sample=[f"s{i}" for i in range(12)], residual=np.arange(12.0), group=GROUPS * 2)
    panel = superposed(table.assign(table_1="16S", table_2="LC"), {"m2": 0.4, "r": 0.77, "p": 0.003, "n": 12}, look)
    assert "s11, s10, s9" in panel.about and "m² 0.40" in panel.about and "p 0.003" in panel.about
    readable(panel)


def test_threshold_counts_samples_short_of_the_element(look):
    points = pd.DataFrame({"sample": list("abcd"), "group": GROUPS[:4], "food": [10, 20, 30, 40.0], "ter": [20.0] * 4,
                           "low": 18.0, "high": np.nan})  # fmt: skip
    panel = threshold("N", points, look, "")
    assert "50 % of 4 samples" in panel.about
    readable(panel)


def test_network_and_roles_show_every_node():
    nodes = pd.DataFrame(
        {"taxon": [f"t{i}" for i in range(6)], "group": "p", "module": [1, 1, 1, 2, 2, 9], "degree": [3, 1, 1, 1, 1, 1],
         "betweenness": 0.1, "z": [2.6, 0, 0, 0, 0, 0], "participation": [0.1, 0, 0, 0.7, 0, 0],
         "role": ["module hub", *["peripheral"] * 2, "connector", *["peripheral"] * 2],
         "x": np.arange(6.0), "y": [0, 1, 0, 1, 0, 1.0]}
    )  # fmt: skip
    edges = pd.DataFrame(
        {"a": ["t0", "t0", "t3"], "b": ["t1", "t2", "t4"], "r": [0.7, -0.8, 0.9], "q": [0.01, 0.002, 0.03]}
    )
    summary = pd.Series({"nodes": 6, "asked": 20, "edges": 3, "n": 30, "positive": 1, "modules": 3, "modularity": 0.5,
                         "modularity_random": 0.3, "clustering": 0.0})  # fmt: skip
    panel = network("network-16s", nodes, edges, summary)
    marks = panel.figure().axes[0].collections[1:]
    assert sum(len(m.get_offsets()) for m in marks) == 6
    looks = [(tuple(m.get_facecolor()[0]), len(m.get_paths()[0].vertices)) for m in marks]
    assert len({c for c, _ in looks}) == len({v for _, v in looks[:2]}) + 1 == 3  # colour and shape of a module
    assert "6 of 20 taxa with 3 edges" in panel.about and "t0, t3" in panel.about and "n 30" in panel.about
    readable(panel)
    readable(roles("network-16s", nodes))


def path_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    paths = pd.DataFrame(
        [("T", "S", 0.9, 0.8, 0.95, 0.0005), ("S", "B", 0.4, -0.1, 0.8, 0.2), ("T", "B", -0.5, -0.8, -0.2, 0.01),
         ("B", "O", 0.6, 0.3, 0.8, 0.001), ("T", "O", 0.2, -0.1, 0.4, 0.3)],
        columns=["cause", "effect", "estimate", "low", "high", "p"],
    )  # fmt: skip
    r2 = pd.DataFrame(
        {"variable": ["S", "B", "O"], "estimate": [0.8, 0.5, 0.6], "low": 0.3, "high": 0.9, "gof": 0.6, "n": 24}
    )
    return paths, r2


def test_path_diagram_keeps_arrows_clear_of_boxes_they_pass():
    paths, r2 = path_tables()
    assert depths(paths) == {"T": 0, "S": 1, "B": 2, "O": 3}
    panel = diagram(paths, r2)
    assert "n 24" in panel.about and "S 0.80 (0.30 to 0.90)" in panel.about
    axes = panel.figure().axes[0]
    words = [t.get_text() for t in axes.texts]
    assert "0.90***" in words and "0.40" in words and "−0.50*" in words
    boxes = {t.get_text().split("\n")[0]: t.get_position() for t in axes.texts if t.get_text()[0] in "TSBO"}
    for label in ("−0.50*", "0.20"):  # these arrows pass boxes: their coefficients stand off the column
        x, _ = next(t.get_position() for t in axes.texts if t.get_text() == label)
        assert abs(x - boxes["S"][0]) > 0.65
    readable(panel)


def test_effects_split_into_direct_and_indirect():
    split = pd.DataFrame(
        [("T", "O", *r) for r in (("direct", 0.2, -0.1, 0.4), ("indirect", 0.3, 0.1, 0.5), ("total", 0.5, 0.3, 0.7))],
        columns=["cause", "effect", "kind", "estimate", "low", "high"],
    )  # fmt: skip
    panel = effects(split, "n 24")
    assert "T 0.50 (0.30 to 0.70)" in panel.about and "n 24" in panel.about
    readable(panel)


def test_words_beside_points_keep_apart():
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.5, 3.5))
    FigureCanvasSVG(figure)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    x, y = [0.5, 0.52, 0.5, 0.48], [0.5, 0.5, 0.53, 0.49]
    beside(axes, x, y, ["first word", "second word", "third word", "fourth word"])
    figure.canvas.draw()
    boxes = [Text.get_window_extent(t) for t in axes.texts]  # without the thin lines
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize("width", [89, 183])
def test_names_on_a_volcano_touch_nothing_and_are_whole(width):
    """Seven sure features as one cloud, with long names: the hard case of a column of print."""
    rng = np.random.default_rng(4)
    names = [
        f"{kind} of a long name {k}"
        for k, kind in enumerate(("acid", "sugar", "amide", "ester", "lipid", "amine", "ion"))
    ]
    rest = 60
    found = features().head(1).drop(columns="feature").loc[[0] * (len(names) + rest)].reset_index(drop=True)
    found["feature"] = [*names, *(f"f{k}" for k in range(rest))]
    found["passes"] = ["True"] * len(names) + ["False"] * rest
    found["log2_change"] = [*(1.5 + 0.1 * rng.normal(size=len(names))), *(0.3 * rng.normal(size=rest))]
    found["q_moderated"] = [*(10 ** (-14 - 0.5 * rng.normal(size=len(names)))), *([0.5] * rest)]
    drawn = volcano("lc", "plant", "grass against none", "20", found).at(width).figure()
    drawn.canvas.draw()
    scale, frame = drawn.dpi / 72, drawn.bbox
    axes = drawn.axes[0]
    boxes = [Text.get_window_extent(t) for t in axes.texts]
    assert 4 <= len(boxes) <= 6
    for i, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= frame.x1 and box.y1 <= frame.y1, "cut by the edge"
        wide = box.padded(0.4 * scale)  # not even touching
        assert not any(wide.overlaps(other) for other in boxes[:i]), [t.get_text() for t in axes.texts]
    written = [axes.xaxis.label, axes.yaxis.label]
    assert not any(box.overlaps(Text.get_window_extent(t)) for box in boxes for t in written)
    dots = axes.transData.transform(
        np.column_stack([found["log2_change"], -np.log10(found["q_moderated"])])[: len(names)]
    )
    assert not any(box.contains(*dot) for box in boxes for dot in dots), "a name hides a dot"
    for text in axes.texts:  # the thin line to one name goes through no other
        if text.arrow_patch is not None:
            ends = text.arrow_patch.get_transform().transform(text.arrow_patch.get_path().vertices)
            along = ends[0] + np.linspace(0, 1, 50)[:, None] * (ends[-1] - ends[0])
            others = [box for other, box in zip(axes.texts, boxes) if other is not text]
            assert not any(box.contains(*spot) for box in others for spot in along), text.get_text()


@pytest.mark.parametrize("width", [89, 183])
def test_numbers_on_an_axis_do_not_touch_and_say_their_power(width):
    panel = Panel("p", "t", "a", pd.DataFrame({"x": [1]}), lambda axes: axes.plot([0.99971, 1.00001], [2e10, 8e10]))
    drawn = panel.at(width).figure()
    drawn.canvas.draw()
    axes = drawn.axes[0]
    low, high = axes.get_xlim()
    shown = [t.label1 for t in axes.xaxis.get_major_ticks() if low <= t.get_loc() <= high]
    boxes = sorted((Text.get_window_extent(t) for t in shown), key=lambda b: b.x0)
    assert len(boxes) >= 2 and all(a.x1 + 2 < b.x0 for a, b in pairwise(boxes))
    assert axes.yaxis.get_offset_text().get_text() == "" and "·10¹⁰" in axes.get_yticklabels()[1].get_text()


def test_a_long_name_of_an_axis_is_not_cut():
    def draw(axes):
        axes.plot([0.0, 1.0], [0, 1])
        axes.set_yticks([0, 1], ["a long name of a treatment", "another"])
        axes.set_xlabel("copiotrophs : oligotrophs (log2) (log2 of a ratio)")

    readable(Panel("p", "t", "a", pd.DataFrame({"x": [1]}), draw))


def test_the_design_gives_the_look():
    design = xr.Dataset({"plant": ("sample", ["none", "grass"]), "Salt level": ("sample", ["a", "b"]),
                         "group": ("sample", ["none · a", "grass · b"])}, coords={"sample": ["s1", "s2"]})  # fmt: skip
    tree = xr.DataTree.from_dict({"/design": design, "/study": xr.Dataset(attrs={"formula": "plant + Salt_level"})})
    assert Look.of(tree).factors == {"plant": ("none", "grass"), "Salt_level": ("a", "b")}
    assert re.search("none", " ".join(Look.of(tree).order(["grass · b", "none · a"]))).start() == 0


def test_coefficients_of_crossing_arrows_stand_apart():
    paths = pd.DataFrame(
        {"cause": ["A", "A", "B", "B"], "effect": ["C", "D", "C", "D"], "estimate": [0.1, 0.2, 0.3, 0.4],
         "low": -0.5, "high": 0.9, "p": 0.5}
    )  # fmt: skip
    down = {"cause": list("CEF"), "effect": list("EFG"), "estimate": 0.5, "low": 0.1, "high": 0.9, "p": 0.1}
    whole = pd.concat([paths, pd.DataFrame(down)])
    axes = diagram(whole, pd.DataFrame()).figure().axes[0]
    spots = [t.get_position() for t in axes.texts if t.get_text()[0].isdigit()]
    assert len(spots) == 7
    assert all(abs(x - u) > 0.5 or abs(y - v) > 0.12 for i, (x, y) in enumerate(spots) for u, v in spots[:i])
