"""Where results of one experiment seem to contradict one another: which they are, and what may lie behind it.

Each function compares what two methods say of one question and returns sentences; none where they agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.reporting.difference_words import SURE
from rhizolith.reporting.experiment import node as held_node
from rhizolith.reporting.study import part, parts, table
from rhizolith.reporting.words import count, listing, percent, plain, term

KINDS = ("p_preferred", "p", "p_shuffled", "p_ranks", "p_unequal")
"""Columns of the tests of a quantity, the one that counts first."""
MEANT = {"p": "F", "p_shuffled": "shuffles", "p_ranks": "aligned ranks", "p_unequal": "no common spread"}
NAMED = 4


def disagreements(tree: xr.DataTree) -> list[tuple[str, str, str]]:
    """(about, what and why, section of the page) of every contradiction that was looked for and found."""
    looked: list[tuple[str, str, Callable[[xr.DataTree], list[str]]]] = [
        ("Limitation", "analyze-enzymes", _limitation),
        ("Carbon use efficiency", "analyze-stoichiometry", _efficiency),
        ("Strategies", "study-strategies", _strategies),
        ("Tests of one quantity", "study-treatments", _tests),
        ("Factors and letters", "study-treatments", _letters),
        ("Whole and parts", "study-communities", _parts),
        ("Fit and prediction", "study-metabolites", _fitted),
        ("Picked features", "study-picked", _picked),
        ("Correlations", "study-correlations", _signs),
    ]
    return [(about, words, anchor) for about, anchor, look in looked for words in look(tree)]


def _some(names: list[str]) -> str:
    """The first names, and how many more."""
    shown = [plain(n) for n in names[:NAMED]]
    return listing(shown) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _limitation(tree: xr.DataTree) -> list[str]:
    """The angle of the enzyme vector against threshold element ratios."""
    enzymes, soil = held_node(tree, "enzymes"), held_node(tree, "soil")
    if enzymes is None or soil is None or "vector_angle" not in enzymes:
        return []
    angle = enzymes["vector_angle"].to_series().dropna()
    short: dict[str, float] = {}
    for element in "NP":
        if f"TER_C{element}" in enzymes and f"soil_C{element}" in soil:
            both = pd.DataFrame(
                {"ter": enzymes[f"TER_C{element}"].to_series(), "food": soil[f"soil_C{element}"].to_series()}
            ).dropna()
            short[element] = float((both["food"] > both["ter"]).mean()) if len(both) else np.nan
    if len(short) < 2 or angle.empty:
        return []
    phosphorus = float((angle > 45).mean())
    by_angle = "P" if phosphorus > 0.5 else "N"
    if short[by_angle] >= 0.5 or abs(phosphorus - 0.5) < 0.25:
        return []
    told = ", ".join(f"{percent(v)} short of {k}" for k, v in short.items())
    share = percent(phosphorus if by_angle == "P" else 1 - phosphorus)
    return [
        f"The angle of the enzyme vector puts {share} of {len(angle)} samples at more for {by_angle}; threshold "
        f"element ratios call {told}. The angle holds enzymes against 1:1:1, which few soils keep (Cui2021), so that "
        "45° need not be the boundary; the ratios hold them against these samples' own regression and against all C, N "
        "and P of the soil, much of which no microbe reaches. Neither tests limitation (Rosinger2019, Mori2020): "
        "adding the nutrient does."
    ]


def _effects(tree: xr.DataTree, name: str = "treatments") -> pd.DataFrame:
    """Differences of levels whose main effect has q < 0.05: variable, factor, level, estimate."""
    node = part(tree, name)
    tests, estimates = (table(node, n) if node is not None else pd.DataFrame() for n in ("tests", "estimates"))
    if tests.empty or estimates.empty or "q" not in tests:
        return pd.DataFrame(columns=["variable", "factor", "level", "estimate"])
    sure = {(r["variable"], r["term"]) for r in tests[tests["q"] < SURE].to_dict("records")}
    return estimates[[(v, f) in sure for v, f in zip(estimates["variable"], estimates["factor"])]]


def _opposed(found: pd.DataFrame, one: str, other: str) -> list[str]:
    """Levels that raise one quantity and lower the other."""
    keys = ["factor", "level"]
    a, b = (found[found["variable"] == v].set_index(keys)["estimate"] for v in (one, other))
    both = a.to_frame("a").join(b.to_frame("b"), how="inner").reset_index()
    return [str(r["level"]) for r in both.to_dict("records") if r["a"] * r["b"] < 0]


def _efficiency(tree: xr.DataTree) -> list[str]:
    """Carbon use efficiency from growth, from enzymes and from formulas."""
    found = _effects(tree)
    names = list(dict.fromkeys(map(str, found["variable"])))
    measured = [n for n in names if n == "CUE_growth"]
    inferred = [n for n in names if n == "CUE_enzymes" or n.startswith("lambda_CUE_w")]
    out = []
    for one in measured:
        for other in inferred:
            levels = _opposed(found, one, other)
            if levels:
                why = (
                    "The one from enzymes is computed from ratios of enzymes, soil and assumed constants and says what "
                    "these allow, not what was used"
                    if other == "CUE_enzymes"
                    else "The one from formulas is nearly their oxidation state restated and says what the molecules "
                    "offer, not what microbes did"
                )
                out.append(
                    f"{plain(one)} and {plain(other)} answer to {listing(levels)} in opposite directions (both q < "
                    f"0.05). {why}; the measured one is to be believed."
                )
    return out


def _strategies(tree: xr.DataTree) -> list[str]:
    """Strategies from genes against those measured."""
    found = _effects(tree, "strategies")
    out = []
    for name in ("yield", "acquisition", "stress"):
        genes = next((str(v) for v in found["variable"] if str(v).startswith(name) and "log-ratio" in str(v)), None)
        levels = _opposed(found, genes, f"{name} (measured)") if genes else []
        if levels:
            out.append(
                f"{name[:1].upper()}{name[1:]} from genes and as measured answer to {listing(levels)} in opposite "
                "directions (both q < 0.05). Genes are potential and a share of one whole, in which one rises as "
                "another falls; the measured one is an activity per biomass."
            )
    return out


def _tests(tree: xr.DataTree) -> list[str]:
    """The p that counts against the others of the same term."""
    node = part(tree, "treatments")
    tests = table(node, "tests") if node is not None else pd.DataFrame()
    if "p_preferred" not in tests:
        return []
    tests = tests[np.isfinite(tests["p_preferred"])]
    others = [k for k in KINDS[1:] if k in tests]
    odd = {
        k: [f"{r['variable']} ({term(r['term'])})" for r in tests.to_dict("records")
            if np.isfinite(r[k]) and (r[k] < SURE) != (r["p_preferred"] < SURE)]
        for k in others
    }  # fmt: skip
    said = [f"{len(v)} by {MEANT[k]}: {_some(v)}" for k, v in odd.items() if v]
    if not said:
        return []
    return [
        f"Of {count(len(tests), 'test')} of a factor or interaction some fall on the other side of 0.05 by another "
        f"test than the one that counts ({'; '.join(said)}). The rule was fixed before (see Methods), and p near 0.05 "
        "are not to be read as yes or no; where ranks and F part, single values or spread carry the difference."
    ]


def _letters(tree: xr.DataTree) -> list[str]:
    """Factors that differ where all treatments share a letter."""
    node = part(tree, "treatments")
    tests, groups = (table(node, n) if node is not None else pd.DataFrame() for n in ("tests", "groups"))
    if tests.empty or groups.empty or "q" not in tests:
        return []
    shared = {str(v) for v, g in groups.groupby("variable") if set.intersection(*map(set, g["letter"].astype(str)))}
    sure = dict.fromkeys(str(v) for v in tests.loc[tests["q"] < SURE, "variable"])
    odd = [v for v in sure if v in shared]
    if not odd:
        return []
    return [
        f"{_some(odd)}: a factor has q < 0.05 although all treatments share a letter. The factor compares means of all "
        "its samples, letters single treatments, of fewer samples and corrected for every pair: no contradiction, but "
        "no pair can be named."
    ]


def _parts(tree: xr.DataTree) -> list[str]:
    """PERMANOVA of the whole against tests of single taxa."""
    out = []
    for node in parts(tree, "Communities"):
        whole, single = table(node, "permanova"), table(node, "differential")
        if whole.empty or single.empty:
            continue
        factor = single["contrast"].astype(str).str.split(":").str[0]
        hits = single[single["q"] < SURE].groupby(factor)["taxon"].nunique()
        for row in whole.dropna(subset=["p"]).to_dict("records"):
            n, name = int(hits.get(row["term"], 0)), term(row["term"])
            if row["term"] not in set(factor) or (n > 0) == (row["p"] < SURE):
                continue
            if n:
                out.append(
                    f"{plain(str(node.name))}: {count(n, 'taxon', 'taxa')} differ by {name} (q < 0.05), the community "
                    f"as a whole cannot be told from chance (p {row['p']:.3f}). Bray–Curtis distances follow the "
                    "abundant taxa; a few that change are lost in them."
                )
            else:
                out.append(
                    f"{plain(str(node.name))}: the community differs by {name} (p {row['p']:.3f}), no single taxon "
                    "does after correction: many small changes, or too few samples for so many tests."
                )
    return out


def _fitted(tree: xr.DataTree) -> list[str]:
    """OPLS-DA that fits and does not predict; features that differ where the model does not predict."""
    out = []
    for node in parts(tree, "Metabolites"):
        for row in table(node, "models").to_dict("records"):
            many = table(node, f"change_{row['factor']}")
            n = int((many["q_moderated"] < SURE).sum()) if "q_moderated" in many else 0
            if row["p"] >= SURE and (row["r2y"] >= 0.8 or n):
                single = f"; {count(n, 'feature')} by itself has q < 0.05" if n == 1 else (
                    f"; {n} features by themselves have q < 0.05" if n else "; no feature by itself has q < 0.05"
                )  # fmt: skip
                out.append(
                    f"{plain(str(node.name))}, {row['pair']}: R²Y {row['r2y']:.2f}, Q² {row['q2']:.2f} (p "
                    f"{row['p']:.3f})"
                    f"{single}. With more features than samples any labels can be fitted; only Q² says what is "
                    "predicted."
                )
    return out


def _picked(tree: xr.DataTree) -> list[str]:
    """Features whose naive correlation passes and whose honest one does not."""
    node = part(tree, "picked")
    found = table(node, "pipelines") if node is not None else pd.DataFrame()
    return [_picked_words(r) for r in found.to_dict("records") if r["p"] < SURE and r["low"] <= 0]


def _picked_words(row: dict[Any, Any]) -> str:
    low, high, mean = (f"{row[k]:.2f}".replace("-", "−") for k in ("low", "high", "honest"))
    return (
        f"{plain(str(row['table']))}: picked features go with the outcome better than picking alone (r "
        f"{row['naive']:.2f}, "
        f"p {row['p']:.3f}), yet on samples left out the interval holds 0 (mean {mean}, 95 % {low} to {high}). The p "
        "is about these samples, the interval about new ones, of which each resample holds few."
    )


def _signs(tree: xr.DataTree) -> list[str]:
    """Correlations over all samples that turn round within blocks."""
    node = part(tree, "correlations")
    pairs = table(node, "pairs") if node is not None else pd.DataFrame()
    if "rho_within" not in pairs:
        return []
    odd = pairs[(pairs["q"] < SURE) & (pairs["rho"] * pairs["rho_within"] < 0)]
    names = [f"{r['a']} with {r['b']}" for r in odd.to_dict("records")]
    if not names:
        return []
    return [
        f"{_some(names)} go together one way over all samples and the other way within blocks: differences between "
        "blocks turn the sign."
    ]
