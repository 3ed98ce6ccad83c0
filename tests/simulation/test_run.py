"""From description to Dataset: balances, attribution, failures in words, files that are whole or absent."""

import json

import numpy as np
import pytest
import xarray as xr

from rhizolith.description.scenario import Held, Root, Scenario, Soil
from rhizolith.errors import RunError
from rhizolith.simulation import simulate, write_run

DAY = 86400.0


def soil(**changes):
    held = (
        Held(mineral="ferrihydrite", carbon=0.3),
        Held(mineral="ferrihydrite", arrangement="coprecipitated", carbon=0.3),
        Held(mineral="goethite", bond="outer_sphere", carbon=0.1),
    )
    given = {
        "name": "made up for tests", "pH": 5.4, "bulk_density": 1000, "porosity": 0.6, "water_content": 0.35,
        "organic_carbon": 2.0, "cec": 0.08, "acid_groups": 0.1, "biomass": 0.02, "associations": held,
        "minerals": {"ferrihydrite": 0.1, "goethite": 0.1, "gibbsite": 0.1},
    }  # fmt: skip
    return Soil(**(given | changes))


def scenario(**changes):
    given = {"name": "test", "root": Root(radius=2e-4, length_density=5e4), "cells": 12, "duration": 2 * DAY}
    return Scenario(**({"soil": soil()} | given | changes))


@pytest.fixture(scope="module")
def result():
    return simulate(scenario())


@pytest.mark.parametrize("geometry", ["cylinder", "slab", "batch"])
def test_every_element_and_charge_is_where_it_should_be(geometry, result):
    run = result if geometry == "cylinder" else simulate(scenario(geometry=geometry, duration=DAY))
    assert {"C", "N", "P", "Fe", "Al", "Ca", "charge"} <= set(run.element.values)
    assert np.abs(run.balance).max() < 1e-10


def test_held_carbon_changes_by_what_formed_less_what_was_disrupted(result):
    """Attribution is exact: stocks and integrals are computed apart and agree."""
    stock = (result.association_carbon * result.soil_mass).sum("radius")
    explained = (result.formed - result.disrupted).sum("mechanism")
    change = stock - stock.isel(time=0)
    assert np.allclose(change, explained.transpose(*change.dims), rtol=0, atol=1e-11 * float(stock.max()))


def test_the_routes_of_mobilized_carbon_add_up_to_what_was_disrupted(result):
    disrupted = result.disrupted.sum(["association", "mechanism"])
    assert np.allclose(result.fate.sum("route"), disrupted, rtol=1e-3)
    assert float(result.fate.min()) >= -1e-15


def test_oxides_without_iron_or_manganese_are_not_reduced():
    run = simulate(scenario(duration=DAY / 4, soil=soil(associations=(Held(mineral="gibbsite", carbon=0.2),))))
    reductive = [m for m in run.mechanism.values if m.startswith("reductive")]
    assert not run.disrupted.sel(mechanism=reductive).any()


def test_every_variable_has_unit_and_name(result):
    for name, variable in result.variables.items():
        assert variable.attrs["long_name"], name
        assert variable.dtype.kind != "f" or "units" in variable.attrs, name
    for key in ("made_by", "version", "outcome", "scenario", "assumed", "sources", "events"):
        assert isinstance(result.attrs[key], str)
    assert {"name", "value", "unit", "low", "high", "grade", "source"} <= set(json.loads(result.attrs["assumed"])[0])


def test_overrides_replace_fields_and_parameters():
    run = simulate(scenario(), duration=DAY / 4, **{"ligand_exchange.rate_constant": 0.0})
    assert float(run.time[-1]) == DAY / 4
    assert not run.disrupted.sel(mechanism="ligand_exchange").any()


def test_a_run_that_cannot_go_on_says_where_and_keeps_what_it_has(monkeypatch):
    import rhizolith.simulation.run as module

    whole = module.integrate
    monkeypatch.setattr(module, "integrate", lambda *a, **k: whole(*a, **k, max_steps=60))
    with pytest.raises(RunError, match=r"Could not go on after .* days, .* mm from the axis, because of .*") as caught:
        simulate(scenario())
    kept = caught.value.kept
    assert 1 <= kept.sizes["time"] < 9 and kept.attrs["outcome"].startswith("Could not go on")


def test_a_run_that_lost_matter_is_not_passed_off_as_a_result(monkeypatch):
    import rhizolith.simulation.run as module

    monkeypatch.setattr(module, "balance", lambda run: {"C": 3e-9, "Fe": 1e-14})
    with pytest.raises(RunError, match=r"Could not close the balance of C: 3.0e-09 of what moved is missing"):
        simulate(scenario(duration=DAY / 4))


def test_ctrl_c_keeps_what_was_reached():
    def interrupt(share):
        if share > 0.5:
            raise KeyboardInterrupt

    run = simulate(scenario(), progress=interrupt)
    assert run.attrs["outcome"].startswith("Stopped by the user")
    assert 1 < run.sizes["time"] < 9


def test_a_written_run_reads_back_and_a_broken_write_leaves_the_old_file(result, tmp_path, monkeypatch):
    path = write_run(result, tmp_path / "run.nc")
    xr.testing.assert_identical(xr.open_dataset(path).load(), result)
    before = path.read_bytes()

    def broken(self, target, *a, **k):
        target.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(xr.Dataset, "to_netcdf", broken)
    with pytest.raises(KeyboardInterrupt):
        write_run(result, path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["run.nc"]
