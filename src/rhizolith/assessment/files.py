"""An assessment as files: tables and one page for a soil, tables for many soils."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rhizolith.errors import InputError, Problem

TABLES = (".csv", ".tsv", ".parquet", ".gz", ".xlsx", ".xlsm")


def assess_to(
    soil: Path,
    folder: Callable[[Path], Path],
    out: Path,
    simulate: bool = False,
    by: str = "",
    measured: Path | None = None,
) -> tuple[dict[str, str], Any]:
    """Assess what stands in `soil` and write the results; returns what was written, by kind, and a Dataset to report.

    A YAML file, or the name of a soil that ships with rhizolith, gives spectrum.csv, inventory.csv, worth.csv and
    assessment.nc (with `simulate` also beside_simulation.csv, with `measured`, a table of cells, beside_data.csv); a
    table (CSV, Parquet, workbook) gives soils.csv and soils.nc, one row a soil, and with `by`, a column of classes,
    modifiers.csv and modifiers.nc. `folder` makes the folder once the input is found good.
    """
    if soil.suffix in TABLES and measured is not None:
        raise InputError(Problem(str(soil), "--measured speaks of the cells of one soil", "assess one soil with it"))
    if soil.suffix in TABLES:
        from rhizolith.assessment.many import as_dataset, assess_table

        table = assess_table(soil)
        export = _modifiers(soil, by) if by else None
        made = folder(out)
        table.to_csv(made / "soils.csv", index=False, float_format="%.4g")
        data = as_dataset(table)
        data.to_netcdf(made / "soils.nc", engine="h5netcdf")
        written = {"soils": str(made / "soils.csv"), "dataset": str(made / "soils.nc")}
        for name, write in (export or {}).items():
            write(made / name)
            written[name] = str(made / name)
        return written, data
    if by:
        what = f"--by {by} names a column of a table, and this is one soil"
        raise InputError(Problem(str(soil), what, "give a table of soils (CSV, Parquet), or leave --by out"))
    from rhizolith.assessment.assess import assess
    from rhizolith.assessment.beside_data import beside_data, read_cells
    from rhizolith.assessment.simulated_soil import simulated_soil

    spectrum = assess(soil)
    cells = read_cells(measured, spectrum) if measured is not None else None
    if simulate:
        simulated_soil(soil)  # a refusal comes before anything is written
    made = folder(out)
    found = {"spectrum": spectrum.table, "inventory": spectrum.inventory_table, "worth": spectrum.what_to_measure}
    for name, table in found.items():
        table.to_csv(made / f"{name}.csv", index=False, float_format="%.4g")
    data, rows = spectrum.to_dataset(), None
    if simulate:
        from rhizolith.assessment.beside_simulation import beside

        found["beside_simulation"] = rows = beside(spectrum, soil)
        rows.to_csv(made / "beside_simulation.csv", index=False, float_format="%.4g")
        data.attrs["beside"] = _as_json(rows)
    if cells is not None:
        found["beside_data"] = told = beside_data(spectrum, cells, rows)
        told.to_csv(made / "beside_data.csv", index=False, float_format="%.4g")
        data.attrs["beside_data"] = _as_json(told)
    data.to_netcdf(made / "assessment.nc", engine="h5netcdf")
    return {**{name: str(made / f"{name}.csv") for name in found}, "dataset": str(made / "assessment.nc")}, data


def _as_json(rows: Any) -> str:
    """A table with what it says in its attributes."""
    return json.dumps({**rows.attrs, "rows": json.loads(rows.to_json(orient="records"))})


def _modifiers(soil: Path, by: str) -> dict[str, Callable[[Path], Any]]:
    """File name → what writes it: class × plant × forcing, for models that have no such factor."""
    from rhizolith.assessment.modifiers import modifiers, modifiers_dataset

    table = modifiers(soil, by)
    return {
        "modifiers.csv": lambda to: table.to_csv(to, index=False, float_format="%.4g"),
        "modifiers.nc": lambda to: modifiers_dataset(table).to_netcdf(to, engine="h5netcdf"),
    }


def claims_to(out: Path, progress: Callable[[float], None] | None = None, draws: int = 0) -> tuple[dict[str, str], Any]:
    """Write claims.csv, one row a claim with what rules, simulation and data say; also returns a Dataset to report.

    With `draws`, simulation is repeated so many times with other constants, and the column `holds` filled.
    """
    from rhizolith.assessment.claims import as_dataset, verdicts, with_draws

    def part(begin: float, end: float) -> Callable[[float], None]:
        return lambda done: progress(begin + done * (end - begin)) if progress is not None else None

    first = 1 / (1 + draws)
    table = verdicts(progress=part(0, first))
    if draws:
        table = with_draws(table, draws, progress=part(first, 1))
    table.to_csv(out / "claims.csv", index=False)
    return {"claims": str(out / "claims.csv")}, as_dataset(table)
