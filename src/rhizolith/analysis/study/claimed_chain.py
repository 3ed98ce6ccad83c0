"""The chain that a study of alkaline residue claims, drawn with what an experiment measured and set against rivals.

Plants and amendments lower the pH, life strategies turn to growth, plant metabolites and labile carbon accumulate, the
limitation by N and P eases, carbon use efficiency rises. The claim loops; it is cut in several ways and compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from rhizolith.analysis.guards.ancestry import Ancestry, Derived
from rhizolith.analysis.metabolites.comparable import impute
from rhizolith.analysis.paths.design import parse_arrows
from rhizolith.analysis.paths.template import PathModel, read
from rhizolith.analysis.study.chain import dummies, fitted
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import Part

TITLE = "A claimed chain, from plants to carbon use efficiency"
LIMITATION = "N and P limitation"
MEASURED = {
    "Environment": (r"pH|EC", 2),
    "Nutrients": (r"MBC|MBN|MBP", 3),
    "Strategy": (r"copiotroph_ratio .*|rrn_copies .*|rrn_genes .*|growth over stress .*", 3),
    "Labile matter": (r"MLB_wL .*", 1),
    "Molecular diversity": (r"rao_NOSC .*", 1),
    "Limitation": (LIMITATION, 1),
    "CUE": (r"CUE_growth|CUE|cue|CUE_enzymes|CUE_enzymes_N", 1),
    "Metabolites": (r"first axis of .*", 1),
    "Plant growth": (r"shoot|root", 1),
}
"""Block → columns that stand for it, first ones first, and how many at most."""
PLANT = re.compile(r"plant|crop|veget|species|cover|cultivar|genotype|rhizo", re.I)
LEAST, KNOWN, FOUND = 5, 0.9, 0.5
"""Blocks of responses; shares of samples in which a column must be known, and a feature found."""


def claimed_chain(
    values: pd.DataFrame, factors: Factors, features: Mapping[str, pd.DataFrame], ancestry: Ancestry, *, n: int = 2000,
    blocks: pd.Series | None = None,
) -> Part:  # fmt: skip
    """The claimed chain on this experiment: paths and intervals, rivals, and each claim beside what was found.

    `features`: {table: metabolites × samples}; `blocks`: as `chain`. Skipped, and why, where too few of
    its blocks were measured.
    """
    table = with_stand_ins(values, factors, features).join(dummies(factors))
    model = bound(read("residue"), table, factors)
    responses = [b for b in MEASURED if b in model.blocks]
    if len(responses) < LEAST or len(responses) == len(model.blocks):
        lacking = ", ".join(b for b in [*MEASURED, "Plant", "Amendment"] if b not in model.blocks)
        return Part("claimed", TITLE, skipped=f"Too little of the chain was measured; lacking: {lacking}.")
    made = Ancestry({**ancestry.derived, LIMITATION: Derived(LIMITATION, ("vector_length",))})
    whose = "the chain claimed for alkaline residue by Ren et al. (2026)"
    part = fitted("claimed", TITLE, table, model, made, whose, n, blocks)
    if part.skipped:
        return part
    notes = [
        "The arrows are another study's claim, drawn without a look at these data. The claim loops (plant → labile "
        "matter → microbes → metabolites → plant); a path model cannot, so the loop is cut in several ways: see the "
        "rival drawings. No drawing shows causes."
    ]
    gone = [b for b in read("residue").blocks if b not in model.blocks]
    if gone:
        notes.append(f"Left out, since not measured here in nine of ten samples: {', '.join(gone)}.")
    mass = model.blocks.get("Plant growth", ["-"])[0]
    if mass in values and values[mass].isna().any():
        notes.append(f"{mass}: pots without plants count as 0.")
    if "Metabolites" in model.blocks:
        notes.append("Metabolites stand as the first axis of all features, not as picked ones: those would dip twice.")
    claims = beside_claims(part.tables["paths"], model.claims)
    return replace(part, tables={**part.tables, "claims": claims}, notes=(*notes, *part.notes))


def with_stand_ins(values: pd.DataFrame, factors: Factors, features: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Numbers of `values`, and columns made of them so that higher means what a block's name says."""
    made = values.select_dtypes("number").copy()
    for name in [c for c in made if str(c).startswith("YAS_S_to_AY")]:
        made[f"growth over stress {str(name).removeprefix('YAS_S_to_AY ')}"] = -made[name]
    if "vector_length" in made:  # short where much goes into enzymes of N and P
        made[LIMITATION] = -made["vector_length"]
    for name, areas in features.items():
        axis = first_axis(areas.reindex(columns=list(values.index)))
        if axis is not None:
            made[f"first axis of {name}"] = axis
    return made.assign(**{p: _none_without_plants(made[p], factors) for p in ("shoot", "root") if p in made})


def _none_without_plants(mass: pd.Series, factors: Factors) -> pd.Series:
    """Plant mass, 0 in pots of the unplanted level where none was weighed."""
    plant = next((f for f in factors.names if PLANT.search(f)), None)
    if plant is None:
        return mass
    bare = factors.design.loc[mass.index, plant].astype(str) == str(_levels(factors, plant)[0])
    return mass.mask(bare, 0.0) if mass[bare].isna().all() and mass[~bare].notna().any() else mass


def _levels(factors: Factors, name: str) -> list[str]:
    """Levels of a factor, the control first."""
    column = factors.design[name]
    held = column.cat.remove_unused_categories().cat.categories if column.dtype == "category" else column
    return list(dict.fromkeys(map(str, held)))


def first_axis(areas: pd.DataFrame) -> pd.Series | None:
    """First principal component of log2 areas (features × samples), found without a look at any treatment.

    Its sign is that of most of its features; None where fewer than three samples or features can be used.
    """
    wide = areas.T.astype(float)
    if not (wide.min().min() < 0 or wide.max().max() < 100):
        wide = wide.where(wide > 0).apply(np.log2)
    wide = wide.dropna(how="all")
    wide = wide.loc[:, (wide.notna().mean() >= FOUND) & (wide.nunique() > 2)]
    if len(wide) < 3 or wide.shape[1] < 3:
        return None
    filled = impute(wide)
    left, size, right = np.linalg.svd((filled - filled.mean()).to_numpy(), full_matrices=False)
    sign = 1.0 if (right[0] ** 3).sum() >= 0 else -1.0
    return pd.Series(sign * left[:, 0] * size[0], filled.index)


def bound(model: PathModel, table: pd.DataFrame, factors: Factors) -> PathModel:
    """The template with this experiment's columns; blocks that were not measured go, and their arrows."""
    blocks = {}
    for name in model.blocks:
        if name in ("Plant", "Amendment"):
            chosen = [f for f in factors.names if bool(PLANT.search(f)) == (name == "Plant")]
            columns = [str(c) for c in dummies(factors) if str(c).split(":")[0] in chosen]
        else:
            pattern, most = MEASURED[name]
            columns = _matching(table, pattern)[:most]
        if columns:
            blocks[name] = columns
    inner = less(model.inner, blocks)
    touched = {b for effect, causes in parse_arrows(inner).items() for b in (effect, *causes)}
    blocks = {b: c for b, c in blocks.items() if b in touched}
    rivals = {k: text for k, v in model.rivals.items() if _touches(text := less(v, blocks), blocks) and text != inner}
    anchors = {b: next((c for c in columns if c == model.anchors.get(b)), columns[0]) for b, columns in blocks.items()}
    modes = {b: "B" if b in ("Plant", "Amendment") and len(c) > 1 else "A" for b, c in blocks.items()}
    return replace(model, blocks=blocks, inner=inner, rivals=rivals, modes=modes, anchors=anchors)


def _matching(table: pd.DataFrame, pattern: str) -> list[str]:
    """Columns known in nearly all samples that fit one of the patterns, in the order of these."""
    known = [str(c) for c in table if table[c].notna().mean() >= KNOWN and table[c].nunique() > 2]
    return list(dict.fromkeys(c for p in pattern.split("|") for c in known if re.fullmatch(p, c)))


def less(inner: str, blocks: Mapping[str, Sequence[str]]) -> str:
    """Arrows between the blocks that are there."""
    lines = []
    for effect, causes in parse_arrows(inner).items():
        there = [c for c in causes if c in blocks]
        if effect in blocks and there:
            lines.append(f"{effect} ~ {' + '.join(there)}")
    return "\n".join(lines)


def _touches(inner: str, blocks: Mapping[str, Sequence[str]]) -> bool:
    """Whether every block has an arrow."""
    return {b for effect, causes in parse_arrows(inner).items() for b in (effect, *causes)} == set(blocks)


def beside_claims(paths: pd.DataFrame, claims: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Each claimed arrow beside the path found: cause, effect, claimed, words, estimate, low, high, found."""
    rows = []
    for r in paths.to_dict("records"):
        words = claims.get((r["cause"], r["effect"]), "")
        if not words:
            continue
        sign = 1 if words[0] == "+" else -1
        told = r["low"] > 0 or r["high"] < 0
        found = "not told from 0" if not told else "as claimed" if r["estimate"] * sign > 0 else "against the claim"
        rows.append((r["cause"], r["effect"], "more" if sign > 0 else "less", words[1:].strip(), r["estimate"],
                     r["low"], r["high"], found))  # fmt: skip
    return pd.DataFrame(rows, columns=["cause", "effect", "claimed", "words", "estimate", "low", "high", "found"])
