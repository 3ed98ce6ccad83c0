"""Constants of the shipped database against those read out of other databases, where these are at hand."""

import csv
import os
import re
from pathlib import Path

import pytest

from rhizolith.chemistry import read_database
from rhizolith.chemistry.decouple import Decoupler

ROOT = Path(__file__).resolve().parents[2]
WARM = 298.15


@pytest.fixture(scope="module")
def constants():
    base = Path(os.environ.get("RHIZOLITH_SHARED", ROOT.parent / "shared")) / "data" / "constants"
    if not base.is_dir():
        pytest.skip("skipped: shared data absent")
    return base


@pytest.fixture(scope="module")
def ours():
    return Decoupler(read_database())


def test_complexes_of_oxalate_and_citrate_are_as_strong_as_tabulated(constants, ours):
    """log β from the anion: ours is written from the neutral acid, less n times the acid's own three or two steps."""
    anion = {"Ox": ours.species("Ox-2").log_k_at(WARM), "Cit": ours.species("Cit-3").log_k_at(WARM)}
    seen = 0
    for row in csv.DictReader((constants / "aqueous_complexation_logk.csv").open(encoding="utf-8")):
        made = re.search(r"= (\S+)$", row["reaction"])
        if "sit.dat" not in row["database_file"] or made is None:
            continue
        ligand = "Ox" if "Ox" in made[1] else "Cit"
        formed = ours.species(re.sub(r"\((Ox|Cit)\)(?!\d)", r"\1", made[1]))
        n = formed.components["H2Ox" if ligand == "Ox" else "H3Cit"]
        assert formed.log_k_at(WARM) - n * anion[ligand] == pytest.approx(float(row["log_k_25C"]), abs=2e-3), made[1]
        seen += 1
    assert seen == 11


def test_minerals_are_as_soluble_as_tabulated(constants, ours):
    seen = 0
    for row in csv.DictReader((constants / "mineral_solubility_logk.csv").open(encoding="utf-8")):
        names = {"Hematite", "Imogolite"} if "Thermoddem" in row["database_file"] else {
            "Ferrihydrite", "Goethite", "Gibbsite", "Al(OH)3(am)", "Kaolinite"}  # fmt: skip
        if row["phase"] in names:
            assert ours.phase(row["phase"]).log_k_at(WARM) == pytest.approx(float(row["log_k_25C"]), abs=1e-9)
            seen += 1
    assert seen == 7


def test_dissolving_hydroxides_in_acid_gives_off_heat(ours):
    """Gibbsite (−95 kJ mol⁻¹): by van 't Hoff log K rises by 0.58 from 25 to 15 °C."""
    gibbsite = ours.phase("Gibbsite")
    assert gibbsite.log_k_at(288.15) - gibbsite.log_k_at(298.15) == pytest.approx(0.580, abs=2e-3)
