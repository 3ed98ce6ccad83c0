"""USGS PHREEQC (from phreeqcrm) as the reference: it solves written input and prints with all its digits."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[2] / "src" / "rhizolith" / "knowledge" / "data" / "databases"
VALENCE = {
    "Ca+2": "Ca", "Mg+2": "Mg", "Na+": "Na", "K+": "K", "Cl-": "Cl", "SO4-2": "S(6)", "HS-": "S(-2)", "CO3-2": "C(4)",
    "CH4": "C(-4)", "Al+3": "Al", "H4SiO4": "Si", "PO4-3": "P", "NO3-": "N(5)", "NH4+": "N(-3)", "Fe+2": "Fe(2)",
    "Fe+3": "Fe(3)", "Mn+2": "Mn(2)", "O2": "O(0)", "H2Ox": "Ox", "H3Cit": "Cit", "H2Cat": "Cat", "F-": "F",
    "Zn+2": "Zn", "Cd+2": "Cd", "NH3": "N(-3)", "H2AsO4-": "As(5)", "HCO3-": "C(4)", "H3PO4": "P", "SiO2": "Si",
    "HPO4-2": "P",
}  # fmt: skip
"""component → what PHREEQC calls its total"""
ATOMS = {"O2": 2.0, "N2": 2.0, "H2": 2.0}
"""atoms that PHREEQC counts in one of these"""


def merged(folder: Path, *databases: Path) -> Path:
    """Several databases written one after the other into a file, as PHREEQC needs them."""
    target = folder / "merged.dat"
    target.write_bytes(b"\n".join(re.sub(rb"(?m)^END\s*$", b"", path.read_bytes()) for path in databases))
    return target


def solution(number: int, totals: dict[str, float], pH: str, celsius: float, closing: str | None = None) -> str:
    """One water for PHREEQC; every valence state has its own total, so that nothing is in redox equilibrium."""
    lines = [f"SOLUTION {number}", " units mol/kgw", f" pH {pH}", f" temp {celsius!r}"]
    for c, n in totals.items():
        lines.append(f" {VALENCE[c]} {ATOMS.get(c, 1.0) * n!r}{' charge' if c == closing else ''}")
    return "\n".join(lines) + "\n"


def printing(
    species: Sequence[str] = (), phases: Sequence[str] = (), sites: Sequence[str] = (), more: Sequence[str] = ()
) -> str:
    """USER_PRINT of log activities, saturation indices, molalities on sites, and of any other BASIC expression."""
    wanted = [f'LA("{s}")' for s in species] + [f'SI("{p}")' for p in phases] + [f'MOL("{s}")' for s in sites]
    wanted += [*more, "MU", 'LA("H2O")']
    lines = [f'{i + 10} PRINT "@", "{w.replace(chr(34), chr(39))}", STR_E$({w}, 24, 15)' for i, w in enumerate(wanted)]
    return "\n".join(["KNOBS", " -convergence_tolerance 1e-13", "USER_PRINT", "-start", *lines, "-end", ""])


def run(folder: Path, database: Path, text: str) -> list[dict[str, float]]:
    """What `printing` asked for, once per calculation, by its expression with single quotes."""
    phreeqcrm = pytest.importorskip("phreeqcrm", reason="skipped: phreeqcrm is not installed")
    before = Path.cwd()
    os.chdir(folder)  # PHREEQC writes where it stands
    try:
        reference = phreeqcrm.PhreeqcRM(1, 1)
        reference.SetFilePrefix("reference")
        reference.SetScreenOn(False)
        reference.OpenFiles()
        reference.SetPrintChemistryOn(True, True, True)
        assert reference.LoadDatabase(str(database)) == 0
        assert reference.RunString(False, True, False, text) == 0
        reference.CloseFiles()
    finally:
        os.chdir(before)
    found: list[dict[str, float]] = []
    written = (folder / "reference.chem.txt").read_text(encoding="latin-1")
    for block in written.split("User print-")[1:]:
        found.append({k.strip(): float(v) for k, v in re.findall(r"^@\s(.+?)\s+(\S+)\s*$", block, re.MULTILINE)})
    return found
