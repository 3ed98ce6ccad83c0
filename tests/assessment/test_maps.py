"""Maps: the answers of a table cell by cell, empty where nothing is known, lazy and parallel where in chunks."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rhizolith.assessment.many import assess_table
from rhizolith.assessment.maps import assess_grid
from rhizolith.errors import InputError


def world(rows: int, columns: int, seed: int = 3) -> xr.Dataset:
    """A made-up map with gaps; latitude falls, as it does on maps."""
    rng = np.random.default_rng(seed)
    shape = (rows, columns)
    values = {
        "pH": rng.uniform(3.5, 9, shape), "clay": rng.uniform(20, 700, shape),
        "organic_carbon": rng.lognormal(2.5, 1, shape).clip(max=390),
        "oxalate_iron": rng.lognormal(0.5, 1, shape).clip(max=390),
    }  # fmt: skip
    sea = rng.random(shape) < 0.2
    where = {"lat": np.linspace(60, -60, rows), "lon": np.linspace(0, 10, columns)}
    return xr.Dataset({k: (("lat", "lon"), np.where(sea, np.nan, v)) for k, v in values.items()}, where)


def test_each_cell_is_the_row_of_a_table():
    grid = world(4, 5)
    out = assess_grid(grid, {"mycorrhiza": "ecto"}, samples=100)
    assert dict(out.sizes) == {"lat": 4, "lon": 5} and list(out.lat.values) == list(grid.lat.values)
    flat = pd.DataFrame({k: v.values.ravel() for k, v in grid.data_vars.items()})
    land = flat.notna().any(axis=1).to_numpy()
    table = assess_table(flat[land].reset_index(drop=True), {"mycorrhiza": "ecto"}, samples=100)
    for column in ("vulnerability", "vulnerability_low", "mineral_held_carbon_high", "first_share", "measured"):
        np.testing.assert_allclose(out[column].values.ravel()[land], table[column], rtol=1e-6)
        assert np.isnan(out[column].values.ravel()[~land]).all()
    assert list(out.first_mechanism.values.ravel()[land]) == list(table.first_mechanism)
    assert set(out.first_mechanism.values.ravel()[~land]) == {""}


def test_a_map_in_chunks_stays_lazy_and_says_the_same(tmp_path):
    import dask

    grid = world(6, 7)
    lazy = assess_grid(grid.chunk(lat=2, lon=4), samples=60)
    assert all(v.chunks == ((2, 2, 2), (4, 3)) for v in lazy.data_vars.values())
    with dask.config.set(scheduler="threads", num_workers=2):
        done = lazy.compute()
    xr.testing.assert_identical(done, assess_grid(grid, samples=60))
    done.to_netcdf(tmp_path / "map.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "map.nc", engine="h5netcdf") as back:
        assert back.attrs["made_by"] == "assess_grid"
        np.testing.assert_array_equal(back.vulnerability, done.vulnerability)


def test_asking_for_one_corner_computes_one_chunk(monkeypatch):
    import dask

    from rhizolith.assessment import maps

    seen = []
    monkeypatch.setattr(maps, "assess_table", lambda f, *how: (seen.append(len(f)), assess_table(f, *how))[1])
    lazy = assess_grid(world(8, 8).chunk(lat=4, lon=4), samples=60)
    assert seen == [1], "one made-up soil tells the columns; nothing of the map was read"
    with dask.config.set(scheduler="synchronous"):
        lazy.vulnerability.isel(lat=0, lon=0).compute()
    assert len(seen) == 2 and seen[1] <= 16


def test_what_lacks_a_dimension_holds_along_it_and_empty_chunks_stay_empty():
    grid = world(4, 4).assign(depth=("lat", [5.0, 10.0, 20.0, 40.0]), height=("lon", [1.0, 2.0, 3.0, 4.0]))
    grid["pH"][:2] = np.nan
    sea = grid.drop_vars("depth").where(grid.lat < 0)
    out = assess_grid(sea.chunk(lat=2), samples=60).compute()
    assert np.isnan(out.vulnerability.sel(lat=slice(60, 0))).all()
    full = assess_grid(grid[["pH", "depth"]], samples=60)
    assert np.isfinite(full.vulnerability).all(), "the depth is known everywhere"
    wrong = assess_grid(xr.Dataset({"pH": ("x", [57.0, 60.0])}), samples=60)
    assert np.isnan(wrong.vulnerability).all(), "impossible values say nothing"


def test_a_map_of_nothing_known_and_a_wrong_setting_are_refused_at_once():
    with pytest.raises(InputError, match="no variable is known: colour"):
        assess_grid(xr.Dataset({"colour": ("x", [1.0])}))
    with pytest.raises(InputError, match="setting moon"):
        assess_grid(world(2, 2).chunk(), {"moon": "full"})


def test_memory_does_not_grow_with_the_map_but_for_the_result():
    """Four chunks take no more than one at a time, far less than the samples of all their cells would."""
    import dask

    assess_grid(world(2, 2))  # what is made once
    peak = {}
    for rows in (10, 40):
        tracemalloc.start()
        with dask.config.set(scheduler="synchronous"):
            assess_grid(world(rows, 20).chunk(lat=10)).compute()
        peak[rows] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak[40] < 1.3 * peak[10]
