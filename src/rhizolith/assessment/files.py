"""An assessment as files: tables and one page for a soil, tables for many soils."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

TABLES = (".csv", ".parquet", ".gz")


def assess_to(
    soil: Path, folder: Callable[[Path], Path], out: Path, simulate: bool = False
) -> tuple[dict[str, str], Any]:
    """Assess what stands in `soil` and write the results; returns what was written, by kind, and a Dataset to report.

    A YAML file, or the name of a soil that ships with rhizolith, gives spectrum.csv, inventory.csv, worth.csv and
    assessment.nc (with `simulate` also beside_simulation.csv); a table (CSV, Parquet) gives soils.csv, one row a soil.
    `folder` makes the folder once the input is found good.
    """
    if soil.suffix in TABLES:
        from rhizolith.assessment.many import assess_table

        table = assess_table(soil)
        to = folder(out) / "soils.csv"
        table.to_csv(to, index=False, float_format="%.4g")
        return {"soils": str(to)}, None
    from rhizolith.assessment.assess import assess

    spectrum = assess(soil)
    made = folder(out)
    found = {"spectrum": spectrum.table, "inventory": spectrum.inventory_table, "worth": spectrum.what_to_measure}
    for name, table in found.items():
        table.to_csv(made / f"{name}.csv", index=False, float_format="%.4g")
    data = spectrum.to_dataset()
    if simulate:
        from rhizolith.assessment.beside_simulation import beside

        found["beside_simulation"] = rows = beside(spectrum, soil)
        rows.to_csv(made / "beside_simulation.csv", index=False, float_format="%.4g")
        data.attrs["beside"] = json.dumps({**rows.attrs, "rows": json.loads(rows.to_json(orient="records"))})
    data.to_netcdf(made / "assessment.nc", engine="h5netcdf")
    return {**{name: str(made / f"{name}.csv") for name in found}, "dataset": str(made / "assessment.nc")}, data


def claims_to(out: Path, progress: Callable[[float], None] | None = None) -> tuple[dict[str, str], Any]:
    """Write claims.csv, one row a claim with what rules, simulation and data say; also returns a Dataset to report."""
    from rhizolith.assessment.claims import as_dataset, verdicts

    table = verdicts(progress=progress)
    table.to_csv(out / "claims.csv", index=False)
    return {"claims": str(out / "claims.csv")}, as_dataset(table)
