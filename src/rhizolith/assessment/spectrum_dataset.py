"""A spectrum as a Dataset: quantiles of every factor, with units, reasons and sources in the attributes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from rhizolith.knowledge import evidence

if TYPE_CHECKING:
    from rhizolith.assessment.spectrum import Spectrum


def dataset(spectrum: Spectrum) -> Any:
    """Dimensions association, mechanism and quantile; `attrs["made_by"]` is `assess`."""
    import xarray as xr

    from rhizolith import __version__
    from rhizolith.assessment.spectrum import QUANTILES

    q, a, m = "quantile", "association", "mechanism"

    def at(values: np.ndarray, dims: tuple[str, ...], about: str, units: str = "1") -> tuple[Any, ...]:
        return (q, *dims), np.quantile(values, QUANTILES, axis=0), {"long_name": about, "units": units}

    why = [[spectrum.why(x, y) for y in spectrum.mechanisms] for x in spectrum.associations]
    carbon = spectrum.inventory.carbon[0]
    held = {
        "carbon": at(carbon, (a,), "carbon held by each association", "g kg-1"),
        "mineral_held_carbon": at(spectrum.inventory.held[0], (), "carbon held by minerals", "g kg-1"),
        "susceptibility": at(spectrum.susceptibility, (a, m), "susceptibility, ordinal"),
        "exposure": at(spectrum.exposure, (m,), "exposure, ordinal"),
        "vulnerability": at(spectrum.vulnerability, (a, m), "susceptibility times exposure, ordinal"),
        "rank": at(spectrum.ranks, (a, m), "percentile of a cell among the cells of this soil"),
        "formation": at(spectrum.formation, (a,), "tendency to form, ordinal"),
        "soil_vulnerability": at(spectrum.by_mechanism, (m,), "vulnerability weighted by carbon, ordinal"),
        "prevailing": (
            (m,), [spectrum.prevailing[x] for x in spectrum.mechanisms],
            {"long_name": "share of samples in which the mechanism comes first", "units": "1"},
        ),
        "strength": (
            (a, m), [[w.strength for w in row] for row in why], {"long_name": "strength of its weakest claim"},
        ),
    }  # fmt: skip
    coords = {q: list(QUANTILES), a: spectrum.associations, m: spectrum.mechanisms}
    coords["family"] = (m, [evidence.mechanism_table()[x]["family"] for x in spectrum.mechanisms])  # type: ignore[assignment]
    sources = sorted({s for row in why for w in row for s in w.sources})
    worth = spectrum.what_to_measure
    attrs = {
        "made_by": "assess", "version": __version__, "title": spectrum.soil.title, "caveat": evidence.CAVEAT,
        "sources": json.dumps(sources), "assumed": json.dumps(_assumed(spectrum), ensure_ascii=False),
        "notes": json.dumps(spectrum.inventory.notes[0], ensure_ascii=False), "scale": "mineral surface to rhizosphere",
        "measured": json.dumps({k: float(v[0]) for k, v in spectrum.soil.values.items() if np.isfinite(v[0])}),
        "setting": json.dumps({k: str(v[0]) for k, v in spectrum.soil.setting.items() if v[0]}),
        "nodes": json.dumps(_nodes(spectrum)), "worth": worth.to_json(orient="records"),
        "table": spectrum.table.to_json(orient="records"), "stocks": spectrum.inventory_table.to_json(orient="records"),
        "why": json.dumps(_reasons(why), ensure_ascii=False),
    }  # fmt: skip
    return xr.Dataset(held, coords, attrs)


def _nodes(spectrum: Spectrum) -> dict[str, list[float]]:
    """Node of the network of causes → 5, 50 and 95 % of its value."""
    values = {**spectrum.nodes, **{m: spectrum.exposure[None, :, i] for i, m in enumerate(spectrum.mechanisms)}}
    return {name: [round(float(x), 3) for x in np.quantile(v[0], (0.05, 0.5, 0.95))] for name, v in values.items()}


def _reasons(why: list[list[Any]]) -> dict[str, Any]:
    """association/mechanism → what the page shows when a cell is opened."""
    return {
        f"{w.association}/{w.mechanism}": {
            "strength": w.strength,
            "fired": [[r.rule, r.words, how, r.strength, "; ".join(r.claims)] for r, how in w.fired],
            "silent": [list(x) for x in w.silent],
            "lacked": list(w.lacked),
            "paths": [[a.source, a.target, a.means, a.sign, a.agent, a.claim] for a in w.arrows if a.sign in "+-&"],
            "sources": list(w.sources),
        }
        for row in why
        for w in row
    }


def _assumed(spectrum: Spectrum) -> list[dict[str, Any]]:
    """Every number that the user did not give: gaps sampled and loadings taken, with range, grade and source."""
    from rhizolith.assessment.inventory import associations
    from rhizolith.assessment.measured import inputs

    rows = []
    for key, sampled in spectrum.inventory.filled.items():
        if not spectrum.soil.given(key)[0] and np.isfinite(sampled[0]).all():
            low, mid, high = (float(x) for x in np.quantile(sampled[0], (0.05, 0.5, 0.95)))
            rows.append(
                {
                    "name": key, "value": mid, "unit": inputs()[key]["unit"], "low": low, "high": high,
                    "grade": "fitted", "source": "Lawrence2020; Wieder2021",
                    "about": "not measured: sampled given what was",
                }
            )  # fmt: skip
    for name, about in associations().items():
        low, high = float(about["loading_low"]), float(about["loading_high"])
        rows.append(
            {
                "name": f"loading of {name}", "value": (low * high) ** 0.5 if low else high / 2,
                "unit": about["loading_unit"], "low": low, "high": high, "grade": about["grade"],
                "source": about["source"], "about": "carbon that this association can hold",
            }
        )  # fmt: skip
    return rows
