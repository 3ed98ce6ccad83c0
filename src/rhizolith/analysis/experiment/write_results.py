"""A tree of results to files that others open: netCDF, tidy tables, and the choices that made it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import xarray as xr

from rhizolith.analysis.guards.ancestry import Ancestry
from rhizolith.analysis.study.part import as_table
from rhizolith.whole_file import whole_file


def write_results(tree: xr.DataTree, folder: Path) -> dict[str, Path]:
    """`results.nc`, `tables/*.csv` and, to read the experiment the same way again, `experiment.yaml`.

    Tables: indices (a line per sample and index, with interval, unit, grade and source), means of the treatments,
    design, problems, pairs of variables that share measured columns, and how tables, columns and sample names were
    understood. Each file is written whole or not at all; tables that an earlier run left and this one has not go.
    """
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    made: dict[str, Path] = {"results": folder / "results.nc"}
    with whole_file(made["results"]) as file:
        tree.to_netcdf(file, engine="h5netcdf")
    design = tree["design"].to_dataset().to_dataframe()
    tables = {"indices": indices_table(tree), "design": design.reset_index(), "group_means": means(tree)}
    tables["shared_ancestors"] = shared_ancestors(tree)
    for name in ("problems", "tables", "columns", "matches"):
        tables[{"matches": "sample_names", "tables": "tables_read"}.get(name, name)] = pd.DataFrame(
            json.loads(tree.attrs[name])
        )
    listed = []
    for name, table in (*tables.items(), *study_tables(tree)):
        path = folder / "tables" / f"{name}.csv"
        with whole_file(path) as file:
            table.to_csv(file, index=False)
        listed.append({"file": path.name, "rows": len(table), "columns": table.shape[1]})
    made |= {name: folder / "tables" / f"{name}.csv" for name in tables}
    _contents(folder / "tables", pd.DataFrame(listed))
    made["experiment"] = folder / "experiment.yaml"
    with whole_file(made["experiment"]) as file:
        file.write_text(tree.attrs["experiment"], encoding="utf-8")
    return made


def _contents(folder: Path, listed: pd.DataFrame) -> None:
    """Lists the tables in `contents.csv`; what only the list of an earlier run holds is of that run and is removed."""
    path = folder / "contents.csv"
    if path.is_file():
        with suppress(ValueError):  # no list of ours
            for name in set(pd.read_csv(path).get("file", [])) - set(listed["file"]):
                if Path(str(name)).name == name and name.endswith(".csv"):
                    (folder / name).unlink(missing_ok=True)
    with whole_file(path) as file:
        listed.to_csv(file, index=False)


def shared_ancestors(tree: xr.DataTree) -> pd.DataFrame:
    """Pairs of variables made of the same measured columns: a, b, shared, share of the smaller set, closest first.

    A regression of one on the other must be compared with a null in which the shared columns are permuted.
    """
    ancestry = Ancestry.of_results(tree)
    pairs = ancestry.coupled(sorted(ancestry.derived))
    return pairs.sort_values("share", ascending=False, ignore_index=True, kind="stable")


def study_tables(tree: xr.DataTree) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of the study, named part_table; none where nothing was tested."""
    parts = tree["study"].children if "study" in tree.children else {}
    for part, node in parts.items():
        for name, held in node.children.items():
            yield f"{part}_{name}", as_table(held)


def means(tree: xr.DataTree) -> pd.DataFrame:
    """Means of the treatments with intervals, for everything that was measured or computed."""
    if "means" not in tree.children:
        return pd.DataFrame()
    return tree["means"].to_dataset().to_dataframe().dropna(subset=["mean"]).reset_index()


def indices_table(tree: xr.DataTree) -> pd.DataFrame:
    """A line per sample and variable."""
    rows = list(_rows(tree))
    columns = ["sample", "group", "node", "variable", "name", "value", "low", "high", "unit", "grade", "source", "note"]
    return pd.DataFrame(rows, columns=columns)


def _rows(tree: xr.DataTree) -> Iterator[tuple]:
    group = tree["design"].to_dataset()["group"].to_series()
    for name, node in tree.children.items():
        held = node.to_dataset()
        if name == "design" or "sample" not in held.coords:
            continue
        for variable, values in held.data_vars.items():
            text = str(variable)
            if values.dims != ("sample",) or text.endswith(("_low", "_high", "_sd", "_n")):
                continue
            low, high = (held.get(f"{text}_{end}") for end in ("low", "high"))
            about = [values.attrs.get(k, "") for k in ("units", "grade", "source", "note")]
            for k, sample in enumerate(values["sample"].values):
                bounds = [float(b[k]) if b is not None else float("nan") for b in (low, high)]
                words = values.attrs.get("long_name", text)
                yield (sample, group.get(sample, ""), name, text, words, values.values[k], *bounds, *about)
