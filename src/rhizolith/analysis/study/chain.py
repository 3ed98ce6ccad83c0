"""How the blocks of an experiment hang together as paths: the user's drawing, or one from treatments to outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from rhizolith.analysis.guards.ancestry import Ancestry
from rhizolith.analysis.paths.consistent_paths import consistent
from rhizolith.analysis.paths.expanded_tails import estimated, expanded
from rhizolith.analysis.paths.path_fit import PathFit, fit
from rhizolith.analysis.paths.resampling import Bootstrap, bootstrap
from rhizolith.analysis.paths.rivals import compare
from rhizolith.analysis.paths.template import PathModel, read
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import Part
from rhizolith.errors import InputError, RunError

WIDEST = 4
"""Columns of one block at most: those that vary most together."""
ALONE = (
    "Resampled one by one over all samples: what one {} gives two quantities alike counts as a link here, so that p "
    "may be too small."
)
ORDER = ("soil", "exchange", "biomass", "enzyme")


def chain(
    values: pd.DataFrame, factors: Factors, groups: Mapping[str, str], outcome: str | None, ancestry: Ancestry,
    *, file: Path | None = None, n: int = 2000, blocks: pd.Series | None = None,
) -> Part:  # fmt: skip
    """Fits, resamples and, where rivals were drawn, compares path models.

    `file`: a YAML of blocks and arrows (as `paths.read`); without it the treatments, the measured groups in the order
    soil → biomass → enzymes and the outcome are drawn as one chain with shortcuts from the treatments. `blocks`: label
    of each sample; what a block gives all its samples is taken out.
    """
    title = "Paths between the blocks"
    table = values.select_dtypes("number").join(dummies(factors))
    try:
        model = read(file) if file else default_model(table, factors, groups, outcome)
    except InputError as error:
        return Part("paths", title, skipped=_why_not(error))
    if model is None:
        return Part("paths", title, skipped="Fewer than three blocks were measured: there is no chain to draw.")
    part = fitted("paths", title, table, model, ancestry, "drawn in the experiment's own file" if file
                  else "a default drawing", n, blocks)  # fmt: skip
    if file or part.skipped:
        return part
    words = "The arrows are a default (treatments → soil → biomass → enzymes → outcome), not a finding: draw your own."
    return replace(part, notes=(*part.notes, words))


def fitted(
    name: str, title: str, table: pd.DataFrame, model: PathModel, ancestry: Ancestry, drawing: str, n: int,
    blocks: pd.Series | None = None,
) -> Part:  # fmt: skip
    """One drawing fitted, resampled and weighed against its rivals; `drawing`: whose it is, in words."""
    try:
        used = [c for b in model.blocks.values() for c in b]
        rows, taken_out = within(table.reindex(columns=used).dropna(), blocks)
        full = fit(rows, model.inner, model.blocks, model.modes, scheme=model.scheme, anchors=model.anchors)
        drawn = bootstrap(full, n=n, expand=True, taken_out=taken_out)
        rivals = _rivals(rows, model, n)
    except (InputError, RunError) as error:
        return Part(name, title, skipped=_why_not(error))
    cleared, words = _cleared(full, n)
    tables = {
        "paths": drawn.paths.join(cleared).reset_index(),
        "effects": drawn.total.reset_index(),
        "split": split(drawn),
        "loadings": drawn.loadings.reset_index(),
        "r2": drawn.r2.rename_axis("variable").reset_index().assign(gof=full.gof, n=full.n),
        "blocks": full.blocks.rename_axis("block").reset_index(),
    }
    if rivals is not None:
        tables["rivals"] = rivals
    notes = [words, *full.cautions, *_coupled(full.design.names, model, ancestry)]
    turned = drawn.flips[drawn.flips > 0.05]
    if len(turned):
        notes.append(f"{', '.join(turned.index)} came out upside down in over 5 % of resamples and was turned back.")
    modes = dict(zip(full.design.names, full.design.modes))
    parts = "; ".join(f"{b} (mode {modes[b]}): {', '.join(c)}" for b, c in model.blocks.items())
    less = f", the mean of each {blocks.name} taken out" if taken_out and blocks is not None else ""
    notes += [] if taken_out or blocks is None else [ALONE.format(blocks.name)]
    said = (
        f"PLS path model (Tenenhaus et al. 2005; {model.scheme} scheme, {drawing}) of {full.n} samples{less}, blocks "
        f"{parts}; "
        f"{n} resamples, signs aligned to the full sample, percentile and BCa intervals (Efron 1987) expanded for few "
        f"samples (Hesterberg 2015), p the level at which the percentile interval reaches 0; {drawn.failed} "
        f"{'resample' if drawn.failed == 1 else 'resamples'} failed; GoF {full.gof:.2f} (descriptive).",
    )
    notes += _undecided(drawn)
    return Part(name, title, tables, said, tuple(notes))


def within(rows: pd.DataFrame, blocks: pd.Series | None) -> tuple[pd.DataFrame, int]:
    """Rows less the means of their block, and how many numbers that took; as they are where no two blocks compare.

    Blocks that hold one treatment each stay: to take out their means would take out the treatments.
    """
    if blocks is None:
        return rows, 0
    label = blocks.reindex(rows.index).astype(str)
    count = label.nunique()
    left = rows - rows.groupby(label).transform("mean")
    if count < 2 or (left.abs().max() <= 1e-9 * rows.abs().max()).any() or len(rows) < 2 * count:
        return rows, 0
    return left + rows.mean(), count - 1


def _why_not(error: InputError | RunError) -> str:
    """Why there is no path model, and what to do."""
    why = error.problems[0] if isinstance(error, InputError) else error
    return f"No path model: {why}".replace("\n    fix:", ". Fix:")


def _undecided(drawn: Bootstrap) -> list[str]:
    """Arrows that one kind of interval tells from 0 and the other does not."""
    ends = drawn.paths.reindex(columns=["low", "high", "bca_low", "bca_high"]).dropna()
    plain = (ends["low"] > 0) | (ends["high"] < 0)
    corrected = (ends["bca_low"] > 0) | (ends["bca_high"] < 0)
    odd = [f"{cause} → {effect}" for cause, effect in ends.index[plain != corrected]]
    return [
        f"Percentile and BCa intervals disagree whether {', '.join(odd)} can be told from 0: resampled values are "
        "skewed or change sign; take it as not settled."
    ] if odd else []  # fmt: skip


def split(drawn: Bootstrap, level: float = 0.95) -> pd.DataFrame:
    """Every total effect as what goes directly and what goes through others, with percentile intervals of all three.

    Long: cause, effect, kind (direct, indirect, total), estimate, low, high.
    """
    design, size = drawn.estimate.design, drawn.estimate.n
    direct = {pair: k for k, pair in enumerate(drawn.paths.index)}
    rows = []
    for j, pair in enumerate(drawn.total.index):
        k = direct.get(pair)
        tail = (1 - level) / 2
        if drawn.expanded:
            tail = float(expanded(tail, size, estimated(design, design.names.index(pair[1]))))
        whole, point = drawn.draws["total"][:, j], float(drawn.total["estimate"].iloc[j])
        own = drawn.draws["paths"][:, k] if k is not None else np.zeros(len(whole))
        first = float(drawn.paths["estimate"].iloc[k]) if k is not None else 0.0
        kinds = [("total", point, whole)]
        if k is not None:
            kinds.insert(0, ("direct", first, own))
        if k is None or np.abs(whole - own).max(initial=0.0) > 1e-9:
            kinds.insert(-1, ("indirect", point - first, whole - own))
        for kind, estimate, values in kinds:
            low, high = np.percentile(values, [100 * tail, 100 - 100 * tail]) if len(values) else (np.nan, np.nan)
            rows.append((*pair, kind, estimate, float(low), float(high)))
    return pd.DataFrame(rows, columns=["cause", "effect", "kind", "estimate", "low", "high"])


def dummies(factors: Factors) -> pd.DataFrame:
    """0/1 columns for all but the first level of every factor, named `factor: level`."""
    parts = []
    for name in factors.names:
        column = factors.design[name]
        ordered = column.cat.remove_unused_categories().cat.categories if column.dtype == "category" else column
        levels = list(dict.fromkeys(ordered))  # the control, which the others stand against, comes first
        parts += [(factors.design[name] == lv).astype(float).rename(f"{name}: {lv}") for lv in levels[1:]]
    return pd.concat(parts, axis=1) if parts else pd.DataFrame(index=factors.design.index)


def default_model(
    table: pd.DataFrame, factors: Factors, groups: Mapping[str, str], outcome: str | None
) -> PathModel | None:
    """A chain of what was measured: treatments, then soil, biomass, enzymes, then the outcome."""
    blocks: dict[str, list[str]] = {}
    treated = list(dummies(factors).columns)
    if treated:
        blocks["Treatments"] = treated
    for group in ORDER:
        columns = [c for c in table.columns if groups.get(str(c)) == group and c != outcome]
        columns = [c for c in columns if table[c].notna().mean() >= 0.9 and table[c].nunique() > 2]
        if columns:
            blocks[group.capitalize()] = coherent(table[columns])
    if outcome is not None and outcome in table:
        blocks["Outcome"] = [outcome]
    if len(blocks) < 3:
        return None
    names = list(blocks)
    lines = []
    for i, name in enumerate(names[1:], 1):
        causes = [names[i - 1]]
        if i > 1 and names[0] == "Treatments" and name != "Outcome":
            causes.append("Treatments")
        lines.append(f"{name} ~ {' + '.join(causes)}")
    modes = {n: "B" if n == "Treatments" else "A" for n in names}
    return PathModel("Default chain", blocks, modes, "path", "\n".join(lines), {}, {}, {})


def coherent(columns: pd.DataFrame, most: int = WIDEST) -> list[str]:
    """The column that goes best with the others, and its nearest companions."""
    if columns.shape[1] <= 1:
        return [str(c) for c in columns.columns]
    close = columns.corr(method="spearman").abs()
    best = close.sum().idxmax()
    near = close[best].sort_values(ascending=False)
    return [str(c) for c in near.index[near >= 0.5][:most]]


def _cleared(full: PathFit, n: int) -> tuple[pd.DataFrame, str]:
    """Consistent paths to stand beside the others, and what to beware of."""
    warned = (
        "Scores carry the noise of their indicators: an arrow beside a noisy mediator is found too often "
        "(the more samples, the more often)"
    )
    try:
        found = consistent(full, n=n)
    except (InputError, RunError) as error:
        why = error.problems[0].what if isinstance(error, InputError) else str(error)
        nothing = pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=["cause", "effect"]))
        return nothing, f"{warned}. Consistent paths could not stand beside: {why}"
    named = found.paths.add_prefix("consistent_").rename(columns={"consistent_estimate": "consistent"})
    return named, (
        f"{warned}; the consistent paths beside (Dijkstra and Henseler 2015; {found.failed} of {n} resamples without "
        "an admissible answer) are cleared of it where blocks reflect one cause each: trust an arrow that both find."
    )


def _rivals(rows: pd.DataFrame, model: PathModel, n: int) -> pd.DataFrame | None:
    """Rival drawings of the file, weighed."""
    if not model.rivals:
        return None
    drawings = {"as drawn": model.inner, **model.rivals}
    found = compare(rows, drawings, model.blocks, model.modes, scheme=model.scheme, n=min(n, 1000))
    return found.table.reset_index()


def _coupled(names: tuple[str, ...], model: PathModel, ancestry: Ancestry) -> list[str]:
    """Blocks that are made of the same measured columns, in one sentence."""
    joined = []
    for i, a in enumerate(names):
        for b in names[:i]:
            shared = frozenset().union(*(ancestry.shared(x, y) for x in model.blocks[a] for y in model.blocks[b]))
            if shared:
                joined.append(f"{b} and {a} ({', '.join(sorted(shared))})")
    return (
        [f"Paths between blocks made of the same columns are partly arithmetic: {'; '.join(joined)}."] if joined else []
    )
