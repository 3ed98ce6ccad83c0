"""What the root does to the soil around it: profiles from its surface outwards, at several times."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.knowledge import tables
from rhizolith.reporting.figure import Panel, grid
from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import in_one_line, number, plain

TIMES = 5
MOST = 6
"""At most so many minerals, associations or ligands get a panel; those that change most."""


def _moments(run: Run) -> list[int]:
    """The start and some noons: day and night differ, and would mix otherwise. Short runs: evenly spread."""
    wanted = np.linspace(0, run.days[-1], TIMES)
    if run.days[-1] >= TIMES:
        wanted[1:] = np.ceil(wanted[1:]) - 0.5
    return sorted({int(np.argmin(np.abs(run.days - t))) for t in wanted})


def _panel(run: Run, name: str, title: str, about: str, values: xr.DataArray, unit: str) -> Panel:
    moments = _moments(run)
    far = run.data["radius"].values * 1e3
    lines = values.transpose("time", "radius").values[moments]
    labels = [f"{number(float(run.days[i]))} d" for i in moments]
    table = pd.DataFrame(lines.T, columns=[f"day_{run.days[i]:.3g}" for i in moments])
    table.insert(0, "radius_mm", far)

    def draw(axes: Axes) -> None:
        shades = matplotlib.colormaps["viridis_r"](np.linspace(0.15, 1.0, len(moments)))
        for line, label, shade in zip(lines, labels, shades, strict=True):
            axes.plot(far, line, color=shade, label=label)
        axes.set(xlabel="distance from the root’s axis (mm)", ylabel=unit, xlim=(0, far[-1]))
        axes.axvspan(0, far[0], color="#8B6B4A", alpha=0.25, lw=0)
        spread = float(np.nanmax(lines) - np.nanmin(lines))
        if spread <= 1e-6 * max(abs(float(np.nanmax(lines))), 1e-30):
            middle = float(np.nanmean(lines))
            axes.set_ylim(middle - 0.1 * abs(middle) - 1e-12, middle + 0.1 * abs(middle) + 1e-12)
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(moments),
            frameon=False,
            fontsize=7.5,
            handlelength=0.9,
            handletextpad=0.35,
            columnspacing=0.9,
        )

    return Panel(name, title, about, table, draw, width=3.7, height=2.7)


def _organic(component: str) -> str:
    """The organic class that a component stands for."""
    named = [row["organic"] for row in tables.organics().values() if row["component"] == component]
    return plain(named[0]) if named else plain(component)


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name).strip("-").lower()


def _water(run: Run) -> Iterator[Panel]:
    data = run.data
    if "pH" in data:
        yield _panel(run, "profile-ph", "pH", "Acidity of the pore water.", data["pH"], "pH")
    if "Eh" in data:
        yield _panel(run, "profile-eh", "Eh", "Redox potential of the couple named in the run.", data["Eh"], "V")
    known = [str(c) for c in data["component"].values]
    for name, title in (("O2", "Oxygen"), ("Fe+2", "Dissolved Fe(II)")):
        if name in known:
            values = data["concentration"].sel(component=name)
            yield _panel(run, f"profile-{_slug(name)}", title, "Total dissolved.", values, "mol m⁻³ water")
    if "carbon" in data.coords:
        organic = [c for c in known if float(data["carbon"].sel(component=c)) > 0]
        if organic:
            held = data["concentration"].sel(component=organic)
            doc = (held * data["carbon"].sel(component=organic)).sum("component")
            yield _panel(run, "profile-doc", "Dissolved organic carbon", "All organic classes.", doc, "mol C m⁻³ water")
            for name in _liveliest(held, "component"):
                values = held.sel(component=name)
                yield _panel(run, f"profile-{_slug(name)}", _organic(name), "Total dissolved.", values, "mol m⁻³ water")


def _liveliest(values: xr.DataArray, dim: str) -> list[str]:
    change = abs(values - values.isel(time=0)).max(("time", "radius"))
    names = [str(n) for n in values[dim].values[np.argsort(-change.values, kind="stable")]]
    return [n for n in names if float(change.sel({dim: n})) > 0][:MOST]


def _solids(run: Run) -> Iterator[Panel]:
    kinds = (("mineral_amount", "mineral", plain), ("association_carbon", "association", in_one_line))
    for variable, dim, word in kinds:
        if variable not in run.data:
            continue
        values = run.data[variable]
        start = values.isel(time=0)
        relative = 100 * (values - start) / start.where(start > 0)
        for name in _liveliest(relative.fillna(0.0), dim):
            kind = "Mineral" if dim == "mineral" else "Organic carbon held"
            yield _panel(
                run,
                f"profile-{_slug(name)}",
                word(name),
                f"{kind}.",
                relative.sel({dim: name}),
                "change (%)",
            )


@section("simulate", order=40, title="From the root outwards")
def profiles(run: Run) -> Piece | None:
    """Water, minerals and associations by distance; the brown band is the root. Nothing to show in a batch."""
    if run.batch:
        return None
    words = "<p>The start, and noons later on: day and night differ.</p>" if run.days[-1] >= TIMES else ""
    water, solids = tuple(_water(run)), tuple(_solids(run))
    html = Markup(words + "<h3>In the water</h3>{}<h3>In the solids, change since the start</h3>{}")
    return Piece(html.format(grid(water), grid(solids)), water + solids) if water or solids else None
