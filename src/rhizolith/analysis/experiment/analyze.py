"""An experiment to every index its tables allow: one tree of results with intervals, sources and what was odd."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.analysis.experiment.community_indices import community_indices
from rhizolith.analysis.experiment.enzyme_recipes import ENZYMES, line_problems, threshold_lines
from rhizolith.analysis.experiment.feature_indices import feature_indices
from rhizolith.analysis.experiment.formula_indices import BLANK_RATIO, Mixture, formula_indices, mixture, traits
from rhizolith.analysis.experiment.group_means import group_means, groups, in_order
from rhizolith.analysis.experiment.heard import heard
from rhizolith.analysis.experiment.missing_tables import missing_tables
from rhizolith.analysis.experiment.recipe import DRAWS, drawn
from rhizolith.analysis.experiment.sodium import sodium_problems
from rhizolith.analysis.experiment.soil_recipes import SOIL
from rhizolith.analysis.experiment.strategy_indices import gene_indices, measured_indices
from rhizolith.analysis.experiment.unit_guard import steady, without_units
from rhizolith.analysis.paths.template import read as read_paths
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.material import material_of
from rhizolith.analysis.study.plots import averaged, find_plots, of_plots
from rhizolith.analysis.study.whole import study
from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.quantity import quantities
from rhizolith.description.experiment.table import Table
from rhizolith.description.experiment.treatment_name import OUTSIDE
from rhizolith.errors import InputError, Problem
from rhizolith.indices import biomass

PATHS = "paths.yaml"
SHOWN = 3000  # formulas kept for the van Krevelen diagram, the most intense


def analyze(
    experiment: Experiment | str | Path,
    *,
    units: Mapping[str, str] | None = None,
    mz: tuple[float, float] | None = None,
    at_least: int = 1,
    blank_ratio: float = BLANK_RATIO,
    draws: int = DRAWS,
    seed: int = 0,
    permutations: int = 999,
    outcome: str | None = None,
    jobs: int = 1,
    progress: Callable[[str], None] | None = None,
    keep: Path | None = None,
) -> xr.DataTree:
    """Compute every index that an experiment's tables allow, each sample by itself, then test what the treatments did.

    Nodes: `design` (with `group`, the treatment), `measured` (quantities, `_sd` and `_n` of replicates), `soil`,
    `enzymes`, and one each for tables of formulas, counts and features. Peak lists are assigned first. `units` (column
    → unit) says what tables do not; what depends on a unit that is written nowhere is named, not computed. `mz`,
    `at_least` (samples that hold a formula) and `blank_ratio` filter formulas. `attrs` hold tables, name matches,
    problems, settings and sources as JSON. `study` holds the tests (none where `permutations` is 0): treatments,
    communities, metabolites, links, a forest of `outcome` and paths, drawn in `paths.yaml` of the folder if there.
    `keep`: folder for finished parts of it; called again after a stop, only what is missing is made.
    Raises InputError where nothing can be read.
    """
    _check(permutations, draws, jobs, outcome)
    path_file = Path(experiment) / PATHS if isinstance(experiment, str | Path) else None
    if path_file is None or not path_file.is_file():
        path_file = None
    else:
        read_paths(path_file)  # its problems come before any work
    if not isinstance(experiment, Experiment):
        experiment = Experiment.read(experiment, units)
    settings = {
        "mz": mz, "at_least": at_least, "blank_ratio": blank_ratio, "draws": draws, "seed": seed,
        "permutations": permutations,
    }  # fmt: skip
    with heard() as odd:
        nodes, problems = _computed(experiment, settings)
        tree = xr.DataTree.from_dict({f"/{name}": held for name, held in nodes.items() if held.data_vars})
        if permutations:
            material = material_of(experiment, nodes)
            tree["study"] = study(
                material,
                outcome=outcome,
                path_file=path_file,
                n=permutations,
                jobs=jobs,
                progress=progress,
                keep=keep,
            )
    tree.attrs.update(_attributes(experiment, [*problems, *odd], settings, nodes))
    return tree


def _check(permutations: int, draws: int, jobs: int, outcome: str | None) -> None:
    if permutations < 0 or draws < 1 or jobs < 1:
        fix = "permutations 0 or more, draws and jobs 1 or more"
        raise InputError(Problem("settings", f"permutations {permutations}, draws {draws}, jobs {jobs}", fix))
    if outcome is not None and not permutations:
        what = f"{outcome} is for the forest and the paths, which permutations 0 leaves out"
        raise InputError(Problem("outcome", what, "leave out one of the two"))


def _computed(experiment: Experiment, settings: Mapping[str, Any]) -> tuple[dict[str, xr.Dataset], list[Problem]]:
    """Every node but the study, and what was odd."""
    problems = [*experiment.problems, *missing_tables(experiment)]
    nodes: dict[str, xr.Dataset] = {"design": _design(experiment), "measured": _measured(experiment)}
    nodes.update(_soil(experiment, settings["draws"], settings["seed"], problems))
    mz, at_least, blank_ratio, seed = (settings[k] for k in ("mz", "at_least", "blank_ratio", "seed"))
    for table in joined_peaks(experiment.tables):
        if not set(table.samples) & set(experiment.samples):
            continue
        try:
            for name, found in _of_table(table, experiment, mz, at_least, blank_ratio, seed, problems):
                nodes[_fresh(name, nodes)] = found
        except InputError as error:
            problems += error.problems
    nodes["means"] = _means(nodes)
    return nodes, problems


def _means(nodes: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """Mean of every variable in every treatment, with the interval of Student's t and of the bootstrap.

    What was measured once a plot and stands in all its samples counts once, in the treatment of the plot.
    """
    group = nodes["design"]["group"].to_series()
    values = sample_values(nodes)
    design = nodes["design"].to_dataframe().drop(columns="group")
    placed = group[group != OUTSIDE]
    values = values.loc[placed.index]
    factors = choose_factors(design.loc[placed.index])
    plots = find_plots(design.loc[placed.index], values, factors)
    once = list(plots.repeated) if plots is not None else []
    table = group_means(values.drop(columns=once), placed)
    order = in_order(design)
    if plots is not None and once:
        whole = of_plots(plots, factors)
        between = group_means(averaged(values[once], plots), whole.groups)
        table = pd.concat([between, table], ignore_index=True) if len(table) else between
        order += whole.ordered
    wide = table.set_index(["variable", "group"])
    held = xr.Dataset.from_dataframe(wide) if len(wide) else xr.Dataset()
    if len(wide):  # the means would come out by the alphabet
        there = list(dict.fromkeys(table["group"]))
        order = [g for g in dict.fromkeys([*order, *there]) if g in there]
        held = held.reindex(variable=list(dict.fromkeys(table["variable"])), group=order)
    return held.assign_attrs(level="95 %", about="low, high: Student's t; boot_: percentile bootstrap, from n = 5 on")


def _fresh(name: str, taken: Mapping[str, Any]) -> str:
    slug = re.sub(r"[^\w]+", "_", name).strip("_") or "table"
    return slug if slug not in taken else next(f"{slug}_{k}" for k in range(2, 999) if f"{slug}_{k}" not in taken)


def _plain(name: str) -> str:
    """A variable name that netCDF takes."""
    return re.sub(r"\s+", " ", str(name).replace("/", " per ")).strip() or "unnamed"


def _design(experiment: Experiment) -> xr.Dataset:
    design = experiment.design
    data = {_plain(c): ("sample", design[c].astype(str).to_numpy(str)) for c in design.columns if str(c) != "sample"}
    data["group"] = ("sample", groups(design).astype(str).to_numpy(str))
    return xr.Dataset(data, coords={"sample": list(experiment.samples)})


def _measured(experiment: Experiment) -> xr.Dataset:
    data: dict[str, tuple] = {}
    known = quantities()
    for name in experiment.measured.columns:
        about = known[name].about if name in known else name
        held = {"long_name": about, "units": experiment.units.get(name, "") or "not given"}
        data[_plain(name)] = ("sample", experiment.measured[name].to_numpy(float), held)
        if name in experiment.spread:
            words = {"long_name": f"standard deviation of {about}", "units": held["units"]}
            data[f"{_plain(name)}_sd"] = ("sample", experiment.spread[name].to_numpy(float), words)
        if name in experiment.number and (experiment.number[name] > 1).any():
            data[f"{_plain(name)}_n"] = ("sample", experiment.number[name].to_numpy(float), {"long_name": "replicates"})
    return xr.Dataset(data, coords={"sample": list(experiment.samples)})


def _soil(experiment: Experiment, draws: int, seed: int, problems: list[Problem]) -> dict[str, xr.Dataset]:
    known = quantities()
    usable = [c for c in experiment.measured.columns if c in known]
    unit = [c for c in usable if experiment.units.get(c, "") in (known[c].unit, "")]
    given = drawn(experiment.measured[unit], experiment.spread, experiment.number, draws, seed)
    if not given:
        return {}
    both, unsure = without_units((*SOIL, *ENZYMES), given, experiment)
    problems += unsure
    held = {**{k: v[0] for k, v in given.items()}, **{str(k): v.to_numpy() for k, v in both.data_vars.items()}}
    for ratio, other in (("C:N", "MBN"), ("C:P", "MBP")):
        for sample, c, x in zip(experiment.samples, held.get("MBC", ()), held.get(other, ())):
            said = biomass.explain(float(c), float(x), ratio) if c == c and x == x and x > 0 else ""
            if said:
                problems.append(Problem(f"biomass of {sample}", said, "check units and k; the values are kept"))
    problems += sodium_problems(held)
    lines = threshold_lines({k: v for k, v in given.items() if not known[k].unit or experiment.units.get(k)})
    problems += line_problems(lines)
    names = tuple(r.variable for r in ENZYMES)
    of_enzymes = [v for v in both.data_vars if str(v).startswith(names)]
    strategies = steady(partial(measured_indices, samples=experiment.samples), held, experiment)
    enzymes = both[of_enzymes]
    if lines:
        enzymes = enzymes.assign_attrs(threshold_lines=json.dumps([line.to_attributes() for line in lines]))
    return {"soil": both.drop_vars(of_enzymes), "enzymes": enzymes, "strategies": strategies}


def _of_table(
    table: Table, experiment: Experiment, mz: tuple[float, float] | None, at_least: int, blank_ratio: float, seed: int,
    problems: list[Problem],
) -> Iterator[tuple[str, xr.Dataset]]:  # fmt: skip
    stem = re.sub(r"(\.[A-Za-z0-9]{1,6})+$", "", table.name.rpartition("/")[2].partition("#")[0]) or table.name
    if table.kind == "peaks":
        assigned = _assigned(table, problems)
        if assigned is None:
            return
        table = assigned
    if table.kind == "formulas":
        found, more = mixture(table, mz, at_least, blank_ratio)
        problems += more
        held = formula_indices(found, seed=seed)
        held.attrs = {"table": table.name, "kind": "formulas", "filters": "; ".join(found.said)}
        yield f"formulas_{stem}", _on_axis(held, experiment)
        yield f"diagram_{stem}", _diagram(found)
    elif table.kind == "counts":
        taxonomy = next((t.values for t in experiment.tables if t.kind == "taxonomy"), None)
        copies = next((t for t in experiment.tables if t.kind == "copies"), None)
        held = community_indices(table, taxonomy, seed, copies)
        held.attrs = {"table": table.name, "kind": "counts"}
        yield f"counts_{stem}", _on_axis(held, experiment)
    elif table.kind == "genes":
        held = gene_indices(table).assign_attrs(table=table.name, kind="genes")
        yield f"genes_{stem}", _on_axis(held, experiment)
    elif table.kind == "features":
        held, normal = feature_indices(table)
        about = {"long_name": "intensity, comparable between samples", "units": "as the table"}
        kept = xr.DataArray(normal.to_numpy(float), dims=("feature", "sample"), attrs=about)
        coords = {"feature": [str(f) for f in normal.index], "sample": [str(s) for s in normal.columns]}
        yield f"normalized_{stem}", xr.Dataset({"intensity": kept}, coords=coords)
        held.attrs = {**held.attrs, "table": table.name, "kind": "features"}
        yield f"features_{stem}", _on_axis(held, experiment)


def _on_axis(held: xr.Dataset, experiment: Experiment) -> xr.Dataset:
    attrs = held.attrs
    return held.reindex(sample=list(experiment.samples)).assign_attrs(attrs)


def joined_peaks(tables: Sequence[Table]) -> list[Table]:
    """The tables, all peak lists of one polarity as one: a list a file is how instruments write them."""
    lists = [t for t in tables if t.kind == "peaks"]
    rest = [t for t in tables if t.kind != "peaks"]
    for charge in dict.fromkeys(t.text == "positive" for t in lists):
        same = [t for t in lists if (t.text == "positive") == charge]
        roles = {name: role for t in same for name, role in t.roles.items()}
        whole = pd.concat([t.values for t in same], ignore_index=True)
        name = same[0].name if len(same) == 1 else f"peaks{'_positive' if charge else ''}"
        rest.append(replace(same[0], name=name, values=whole, about=None, roles=roles))
    return rest


def _assigned(table: Table, problems: list[Problem]) -> Table | None:
    """Peak lists to a formula table, each list recalibrated by itself; None where nothing could be assigned."""
    try:
        from rhizolith.molecules import assign_samples, formula_table
    except (ImportError, AttributeError):
        problems.append(Problem(table.name, "peaks are not assigned here", "assign them first: rhizolith assign"))
        return None
    charge = 1 if table.text == "positive" else -1
    peaks = table.values.dropna(subset=["mz", "intensity"])
    found = formula_table(assign_samples(peaks, charge=charge))
    names = [s for s in (*table.samples, *table.roles) if s in found]
    if not len(found) or not names:
        problems.append(Problem(table.name, "no peak got a formula", "rhizolith assign says why, peak by peak"))
        return None
    what = f"{len(found)} formulas were assigned to {len(peaks)} peaks, ions with charge {charge:+d}"
    problems.append(Problem(table.name, what, "give a report of formulas if you have one"))
    return replace(table, kind="formulas", values=found[names], about=found.drop(columns=names))


def _diagram(found: Mixture) -> xr.Dataset:
    """The most intense formulas with their ratios, for the van Krevelen diagram."""
    mean = found.intensity.mean(axis=1)
    most = np.argsort(-mean)[:SHOWN]
    trait = traits({k: v[most] for k, v in found.atoms.items()})
    data = {name: ("formula", trait[name]) for name in ("OC", "HC", "NOSC", "AImod", "mass")}
    data["intensity"] = ("formula", mean[most] / mean.sum())
    return xr.Dataset(data)


def _attributes(
    experiment: Experiment, problems: list[Problem], settings: Mapping[str, Any], nodes: Mapping[str, xr.Dataset]
) -> dict[str, str]:
    from rhizolith import __version__

    variables = [v for held in nodes.values() for v in held.data_vars.values()]
    sources = sorted(
        {k for v in variables for k in re.findall(r"\b[A-Z][A-Za-z]+\d{4}[a-z]?\b", v.attrs.get("source", ""))}
    )
    cited = {k for v in variables for k in re.findall(r"\b[A-Z][A-Za-z]+\d{4}[a-z]?\b", v.attrs.get("caution", ""))}
    notes = [{"where": p.where, "what": p.what, "fix": p.fix} for p in dict.fromkeys(problems)]
    tables = [
        {
            "table": t.name,
            "kind": t.kind,
            "rows": len(t.values),
            "columns": t.values.shape[1],
            "samples": len(t.samples),
        }
        for t in experiment.tables
    ]
    matches = [vars(m) if hasattr(m, "__dict__") else m for m in experiment.matches]
    return {
        "made_by": "analyze",
        "version": __version__,
        "versions": json.dumps(_versions()),
        "title": experiment.name,
        "problems": json.dumps(notes, ensure_ascii=False),
        "tables": json.dumps(tables, ensure_ascii=False),
        "matches": json.dumps(matches, ensure_ascii=False),
        "columns": json.dumps(list(experiment.columns), ensure_ascii=False),
        "settings": json.dumps(settings),
        "sources": json.dumps(sorted({*sources, *cited})),
        "experiment": experiment.to_yaml(),
    }


def _versions() -> dict[str, str]:
    """The programs whose versions can change a digit."""
    names = ("numpy", "scipy", "pandas", "statsmodels", "scikit-learn", "scikit-bio")
    return {"Python": platform.python_version(), **{n: metadata.version(n) for n in names}}


def sample_values(nodes: Mapping[str, xr.Dataset]) -> pd.DataFrame:
    """Every number by sample, `node/variable` → column: measured quantities and indices, without intervals."""
    out: dict[str, pd.Series] = {}
    for name, held in nodes.items():
        if name == "design" or "sample" not in held.coords:
            continue
        for variable, values in held.data_vars.items():
            text = str(variable)
            if values.dims == ("sample",) and values.dtype.kind == "f" and not text.endswith(_BESIDE):
                out[f"{name}/{text}"] = values.to_series()
    return pd.DataFrame(out)


_BESIDE = ("_low", "_high", "_sd", "_n", "_stability")
