"""What the treatments did to a whole table of taxa, genes or molecules."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.community.dissimilarity import check_counts, distances
from rhizolith.analysis.community.group_dispersion import dispersion
from rhizolith.analysis.community.monotone_scaling import nmds
from rhizolith.analysis.community.permanova_test import permanova
from rhizolith.analysis.community.principal_coordinates import pcoa
from rhizolith.analysis.study.differential_taxa import differential_taxa
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import Part, listed
from rhizolith.analysis.study.plots import Plots
from rhizolith.errors import InputError

LEAST = 6
"""Samples below which a community is not compared."""


def communities(
    name: str,
    table: pd.DataFrame,
    factors: Factors,
    *,
    taxa: pd.Series | None = None,
    counted: bool = True,
    plots: Plots | None = None,
    n: int = 999,
) -> Part:
    """PERMANOVA, dispersion, ordinations, shares of the largest groups, and differential taxa where reads were counted.

    `table`: features × samples; `taxa`: the group (phylum, class) of each feature; `counted`: reads, not
    intensities; `plots`: what several samples were taken from: shuffles keep them together.
    """
    title = f"Communities: {name}" if counted else f"Molecules: {name}"
    both = [s for s in factors.design.index if s in table.columns]
    wide = table[both].T.fillna(0.0)
    wide = wide.loc[wide.sum(axis=1) > 0, wide.sum() > 0]
    if len(wide) < LEAST or wide.shape[1] < 3:
        skipped = f"{len(wide)} samples with {wide.shape[1]} features are too few to compare."
        return Part(_key(name), title, skipped=skipped)
    wide = check_counts(wide)
    design, groups = factors.design.loc[wide.index], factors.groups.loc[wide.index]
    d = distances(wide, "bray")
    scaling, coordinates = nmds(d, 2), pcoa(d)
    axes = coordinates.axes.iloc[:, :2]
    places = scaling.points.join(axes).assign(group=groups).rename_axis("sample")
    tables = {"places": places, "shares": shares(wide, groups, taxa)}
    said = [
        f"{wide.shape[1]} features in {len(wide)} samples; Bray–Curtis distances of shares; NMDS stress "
        f"{scaling.stress:.3f} (best found in {scaling.agreed} of {scaling.starts} starts); the first two principal "
        f"coordinates hold {100 * coordinates.explained[:2].sum():.0f} %."
    ]
    notes = _tested(tables, said, d, design, groups, factors, n, plots)
    if scaling.stress > 0.2:
        notes.append(f"NMDS stress {scaling.stress:.2f} exceeds 0.2: the picture is not to be trusted (Clarke 1993).")
    if counted and factors.names:
        changed, how, beware = differential_taxa(wide, design, factors, plots)
        tables |= {} if changed is None else {"differential": changed}
        said += how
        notes += beware
    if not counted:
        notes.append("Intensities are semi-quantitative: ionization differs among molecules and samples.")
    return Part(_key(name), title, tables, tuple(said), tuple(notes))


def _tested(
    tables: dict[str, pd.DataFrame], said: list[str], d: pd.DataFrame, design: pd.DataFrame, groups: pd.Series,
    factors: Factors, n: int, plots: Plots | None = None,
) -> list[str]:  # fmt: skip
    """PERMANOVA and dispersion into `tables`; cautions come back."""
    notes: list[str] = []
    try:
        labels = None if plots is None else plots.label.loc[d.index].tolist()
        if labels is not None and len(set(labels)) == len(labels):
            labels = None
        blocks = design[factors.block].tolist() if factors.block else None
        tables["permanova"] = permanova(d, design, factors.formula, blocks=blocks, plots=labels, n=n)
        if "error" in tables["permanova"]:
            tables["permanova"]["error"] = tables["permanova"]["error"].fillna("")
        said.append(_shuffled(tables["permanova"], factors, plots if labels is not None else None, n))
        spread = dispersion(d, groups.tolist(), blocks=blocks, plots=labels, n=n)
        tables["dispersion"] = spread.groups.assign(f=spread.f, p=spread.p, permutations=n)
        apart = spread.strata.index.tolist()
        strata = f", {listed(apart)} apart, the smaller p doubled" if len(apart) > 1 else ""
        said.append(f"Spread: distances to spatial medians, residuals permuted{strata} (Anderson 2006).")
        if spread.p < 0.05:
            notes.append(
                f"Groups differ in spread (p {spread.p:.3f}): PERMANOVA may answer to that, not to their place."
            )
    except InputError as error:
        notes.append(f"Not tested: {error.problems[0].what}.")
    return notes


def _shuffled(tested: pd.DataFrame, factors: Factors, plots: Plots | None, n: int) -> str:
    """Which samples changed places, in how many ways, and how small p can become."""
    terms = tested.dropna(subset=["p"])

    def ways(rows: pd.DataFrame) -> str:
        first = rows.iloc[0]
        many = first["arrangements"]
        count = f"{many:,.0f}" if many < 1e6 else "more than a million"
        return f"{count} arrangements are possible, p of no term below {rows['least_p'].min():.2g}"

    if plots is None:
        within = f" within {factors.block}" if factors.block else ""
        return f"PERMANOVA, terms in sequence, {n} permutations{within} (Anderson 2001): {ways(terms)}."
    words = []
    for where, how in (("between plots", f"whole {plots.column} changed places"),
                       ("within plots", f"samples changed places within their {plots.column}")):  # fmt: skip
        rows = terms[terms["error"] == where]
        if len(rows):
            terms_of = [str(t).replace(":", " × ") for t in rows.index]
            words.append(f"for {listed(terms_of, 12)} {how} ({ways(rows)})")
    return (
        f"PERMANOVA, terms in sequence, {n} permutations that keep samples of one {plots.column} together "
        f"(Anderson and ter Braak 2003): {'; '.join(words)}; each term against the residual of its own stratum."
    )


def shares(wide: pd.DataFrame, groups: pd.Series, taxa: pd.Series | None, most: int = 12) -> pd.DataFrame:
    """Mean share of the largest groups of features in every treatment: group, taxon, share, 95 % interval by t, n."""
    parts = wide.div(wide.sum(axis=1), axis=0)
    if taxa is not None:
        labels = taxa.reindex(parts.columns).fillna("unassigned").astype(str)
        parts = parts.T.groupby(labels.to_numpy()).sum().T
    means = parts.groupby(groups).mean()
    top = means.mean().sort_values(ascending=False).index[:most]
    kept = parts[top].assign(other=(1 - parts[top].sum(axis=1)).clip(lower=0))
    rows = []
    for group, own in kept.groupby(groups, sort=True):
        free = len(own) - 1
        half = stats.t.ppf(0.975, free) * own.std() / np.sqrt(len(own)) if free else own.iloc[0] * np.nan
        for taxon, mean, wide in zip(own.columns, own.mean(), half):
            rows.append((group, taxon, mean, max(mean - wide, 0.0), min(mean + wide, 1.0), len(own)))
    found = pd.DataFrame(rows, columns=["group", "taxon", "share", "low", "high", "n"])
    found.loc[found["n"] < 2, ["low", "high"]] = np.nan
    return found


def _key(name: str) -> str:
    """A name that a path in a tree can hold."""
    return "".join(c if c.isalnum() else "_" for c in name).strip("_") or "table"
