"""The whole study of an experiment, part by part; what cannot be done says why and stops nothing else."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd
import xarray as xr
from threadpoolctl import threadpool_limits

from rhizolith.analysis.guards.ancestry import Ancestry
from rhizolith.analysis.study.chain import chain
from rhizolith.analysis.study.claimed_chain import claimed_chain
from rhizolith.analysis.study.communities import communities, shares
from rhizolith.analysis.study.drivers import choose_outcome, drivers
from rhizolith.analysis.study.factors import Factors, choose_factors
from rhizolith.analysis.study.kept_parts import KeptParts
from rhizolith.analysis.study.links import links
from rhizolith.analysis.study.metabolite_changes import metabolite_changes
from rhizolith.analysis.study.networks import networks
from rhizolith.analysis.study.part import Part, listed
from rhizolith.analysis.study.picked import picked
from rhizolith.analysis.study.placed import with_groups
from rhizolith.analysis.study.plots import Plots, averaged, find_plots, merged, of_plots
from rhizolith.analysis.study.strategies import strategies
from rhizolith.analysis.study.treatments import correlations, treatments
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True)
class Material:
    """What a study works on.

    `design`: samples × factors; `measured`: samples × measured columns; `values`: samples × quantities and indices that
    are tested; `units`, `groups`: of the quantities; `counts`, `molecules`, `features`: {name: features × samples};
    `taxa`: {table: group of each feature}; `genera`: the same, finer; `levels`:
    {table: level of identification of each feature}; `ancestry`: what each index is made of; `strategies`:
    {table: samples × variables of life strategies}, `rests_on`: what the measured ones were made of.
    """

    design: pd.DataFrame
    measured: pd.DataFrame
    values: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    molecules: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    features: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    taxa: Mapping[str, pd.Series] = field(default_factory=dict)
    levels: Mapping[str, pd.Series] = field(default_factory=dict)
    ancestry: Ancestry = field(default_factory=lambda: Ancestry({}))
    genera: Mapping[str, pd.Series] = field(default_factory=dict)
    strategies: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    rests_on: tuple[str, ...] = ()


def study(
    material: Material, *, outcome: str | None = None, path_file: Path | None = None, n: int = 999, jobs: int = 1,
    progress: Callable[[str], None] | None = None, keep: Path | None = None,
) -> xr.DataTree:  # fmt: skip
    """Every part of the study as one tree; `n` permutations; `progress` is told each part as it begins.

    `keep`: folder where finished parts stay, so that the same study, stopped, does not make them again.
    """
    if outcome is not None and outcome not in material.values:
        near = difflib.get_close_matches(outcome, map(str, material.values.columns), 3, 0.4)
        known = listed(near or list(material.values.columns), 12)
        raise InputError(Problem("outcome", f"{outcome} was neither measured nor computed", f"there is {known}"))
    with threadpool_limits(1):  # many small problems: threads would wait for one another
        drawn = path_file.read_bytes() if path_file else b""
        made_of = {name: index.inputs for name, index in material.ancestry.derived.items()}  # how is in the code
        kept = KeptParts(keep, {**vars(material), "ancestry": made_of}, outcome, drawn, n)
        return _parts(material, outcome, path_file, n, jobs, progress or (lambda words: None), kept)


def _parts(
    m: Material, outcome: str | None, path_file: Path | None, n: int, jobs: int, tell: Callable[[str], None],
    kept: KeptParts,
) -> xr.DataTree:  # fmt: skip
    """One part after the other."""
    factors = choose_factors(m.design)
    plots = find_plots(m.design, m.values, factors)
    parts: list[xr.DataTree] = []

    def add(key: str, make: Callable[[], Part]) -> None:
        tell(key)
        parts.append(kept(key, make))

    add("treatments", lambda: treatments(m.values, factors, m.units, plots=plots, n=n))
    for name in (*m.counts, *m.molecules):
        add(f"communities: {name}", partial(_community, m, name, factors, plots, n))
    for name, table in m.features.items():
        add(
            f"metabolites: {name}",
            partial(metabolite_changes, name, table, factors, levels=m.levels.get(name), plots=plots, n=min(n, 100)),
        )
    add("life strategies", lambda: strategies(m.strategies, factors, rests_on=m.rests_on, plots=plots, n=n))
    for name, table in m.counts.items():
        add(f"network: {name}", partial(networks, name, table, factors, m.taxa.get(name)))
    omics = {**m.counts, **m.molecules, **{k: _shifted(t) for k, t in m.features.items()}}
    chosen = choose_outcome(m.values, outcome)
    _between(m, factors, plots, omics, chosen, path_file, n, jobs, add)
    about = {"formula": factors.formula, "block": factors.block or "", "outcome": chosen or ""}
    about |= {"outcome_asked": str(outcome is not None), "plots": "" if plots is None else plots.column}
    about["averaged"] = plots.column if plots is not None and plots.repeated else ""
    about["within"] = _shuffled_within(factors, plots) or ""
    return xr.DataTree(xr.Dataset(attrs=about), {str(p.attrs.pop("part")): p for p in parts}, "study")


def _community(m: Material, name: str, factors: Factors, plots: Plots | None, n: int) -> Part:
    """What the treatments did to one table of taxa or molecules."""
    counted = name in m.counts
    table = m.counts[name] if counted else m.molecules[name]
    part = communities(name, table, factors, taxa=m.taxa.get(name), counted=counted, plots=plots, n=n)
    if name in m.genera and not part.skipped:
        part = replace(part, tables={**part.tables, "genera": _genera(table, factors, m.genera[name])})
    return part


def _shuffled_within(factors: Factors, plots: Plots | None) -> str | None:
    """Within what samples change places when tables and quantities are linked; None over all samples."""
    if plots is None:
        return factors.block
    return of_plots(plots, factors).block if plots.repeated else plots.column


def _between(
    m: Material, factors: Factors, plots: Plots | None, omics: Mapping[str, pd.DataFrame], chosen: str | None,
    path_file: Path | None, n: int, jobs: int, add: Callable[[str, Callable[[], Part]], None],
) -> None:  # fmt: skip
    """What links quantities and tables, between plots where quantities were measured once a plot."""
    values, measured = m.values, m.measured
    said: tuple[str, ...] = ()
    blocks: pd.Series | None = None
    if plots is not None and not plots.repeated:
        blocks = plots.label.rename(plots.column)
    elif plots is not None:
        values, measured = averaged(values, plots), averaged(measured, plots)
        omics, factors = merged(omics, plots), of_plots(plots, factors)
        said = (
            f"{listed(plots.repeated)} {'was' if len(plots.repeated) == 1 else 'were'} measured once for each "
            f"{plots.column}: samples of one {plots.column} were averaged first, n counts the {len(values)} "
            f"{plots.column}, not the {len(m.values)} samples.",
        )
    if factors.block is not None and blocks is None:
        blocks = factors.design[factors.block]

    def told(make: Callable[[], Part]) -> Callable[[], Part]:
        def with_words() -> Part:
            part = make()
            return part if part.skipped else replace(part, said=(*part.said, *said))

        return with_words

    few = min(2000, 10 * n)
    features = {k: t for k, t in omics.items() if k in m.features}
    add("links", told(lambda: with_groups(links(omics, values, m.groups, blocks=blocks, n=n), factors.groups)))
    add("correlations", told(lambda: _correlated(values, m.ancestry, blocks, n)))
    add("forest", told(lambda: drivers(values, chosen, m.ancestry, measured, n=min(n, 99), trees=min(300, 3 * n),
                                       jobs=jobs, blocks=blocks)))  # fmt: skip
    add("picked features", told(lambda: picked(omics, values, chosen, n=min(n, 60), blocks=blocks)))
    add("paths", told(lambda: chain(values, factors, m.groups, chosen, m.ancestry, file=path_file, n=few,
                                    blocks=blocks)))  # fmt: skip
    add("claimed chain", told(lambda: claimed_chain(values, factors, features, m.ancestry, n=few, blocks=blocks)))


def _genera(table: pd.DataFrame, factors: Factors, genera: pd.Series) -> pd.DataFrame:
    """Shares of the largest genera in every treatment."""
    wide = table[[s for s in factors.design.index if s in table.columns]].T.fillna(0.0)
    wide = wide.loc[wide.sum(axis=1) > 0]
    return shares(wide, factors.groups.loc[wide.index], genera)


def _correlated(values: pd.DataFrame, ancestry: Ancestry, blocks: pd.Series | None = None, n: int = 999) -> Part:
    """Every pair of quantities, and the measured columns that both are made of."""
    table = correlations(values.select_dtypes("number"), blocks, n)
    title = "Quantities that go together"
    if table.empty:
        return Part("correlations", title, skipped="Fewer than five samples have two quantities each.")
    table["shared"] = [", ".join(sorted(ancestry.shared(a, b))) for a, b in zip(table["a"], table["b"])]
    how = "" if blocks is None else f"; p of ranks less the mean of their {blocks.name}, by {n} shuffles within them"
    said = (f"Spearman's ρ of every pair of quantities{how}; q by Benjamini and Hochberg over all pairs.",)
    notes = ["Treatments that shift two quantities correlate them."]
    coupled = int((table["shared"] != "").sum())
    if coupled:
        notes.append(f"{coupled} of {len(table)} pairs are made of the same measured columns: partly arithmetic.")
    return Part("correlations", title, {"pairs": table}, said, tuple(notes))


def _shifted(table: pd.DataFrame) -> pd.DataFrame:
    """Logarithms raised to be positive, areas as they are: distances of shares need no negative numbers."""
    low = table.min().min()
    return table - low if low < 0 else table
