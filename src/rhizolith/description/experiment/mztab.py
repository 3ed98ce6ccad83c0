"""mzTab-M: small molecules × samples, from the summary (SML) and the features (SMF) that it was made of.

Layout: the specification of mzTab 2.0.0-M by the HUPO-PSI, sections MTD, SMH/SML, SFH/SMF and SEH/SME.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from rhizolith.description.experiment.cell import read_cell
from rhizolith.description.experiment.matrix import matrix
from rhizolith.description.experiment.mztab_samples import assay_names, design_of_assays, parameters
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

_HEADS = {"SMH": "SML", "SFH": "SMF", "SEH": "SME"}
_ASSAY = re.compile(r"(?:smallmolecule_)?abundance_assay\[(\d+)\]")
_GROUP = re.compile(r"(?:smallmolecule_)?abundance_study_variable\[(\d+)\]")
_WORDS = ("chemical_name", "database_identifier", "smiles", "inchi", "reliability")


@dataclass
class _Section:
    """The lines of one section: places of columns, cells, and the 0-based rows they stand in."""

    places: dict[str, int] = field(default_factory=dict)
    lines: list[list[str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def get(self, k: int, *names: str) -> str:
        """The cell of line k in the first column of these names that has one; empty for `null`."""
        cells = (_at(self.lines[k], self.places[n]) for n in names if n in self.places)
        return next((c for c in cells if c), "")

    def abundances(self, pattern: re.Pattern[str]) -> dict[int, int]:
        """Number in brackets → place, of columns whose name fits; empty where not one line has a number in them."""
        found = {int(m[1]): c for name, c in self.places.items() if (m := pattern.fullmatch(name))}
        return found if any(np.isfinite(_number(_at(x, c))) for c in found.values() for x in self.lines) else {}


def is_mztab(text: str) -> bool:
    """Whether a text is an mzTab file: its metadata name the version."""
    return re.search(r"^MTD\tmzTab-version\t", text[:4000], re.M) is not None


def read_mztab(text: str, file: str, below: float = 0.5) -> list[Table]:
    """Features × samples, and the design from study variables and samples.

    Abundances are those of the summary; features that no molecule of it refers to follow as lines of their own. Where
    the summary has none, those of the features; where these have none either, those of study variables (means over
    samples). Mass (m/z) and time (s) are those of a molecule's strongest feature.
    """
    said, parts = _read(text)
    sml, smf = parts["SML"], parts["SMF"]
    summed, single = sml.abundances(_ASSAY), smf.abundances(_ASSAY)
    order = sorted({*summed, *single})
    names, notes = assay_names(said, order)
    picked = [(sml, k, summed) for k in range(len(sml.lines)) if summed]
    picked += [(smf, k, single) for k in (_alone(sml, smf, single) if summed else range(len(smf.lines))) if single]
    if not order:
        means = sml.abundances(_GROUP)
        order, notes = sorted(means), []
        names = {n: said.get(f"study_variable[{n}]") or f"study variable {n}" for n in order}
        picked = [(sml, k, means) for k in range(len(sml.lines)) if means]
        notes = ["only means of study variables are given, no single samples; each is taken as one sample"]
    if not picked:
        what = "an mzTab file without abundances of small molecules; left alone"
        return [Table(file, "other", pd.DataFrame(), problems=(Problem(file, what, "export the quantified table"),))]
    strongest = _strongest(smf, single)
    evidence = {parts["SME"].get(k, "SME_ID"): k for k in reversed(range(len(parts["SME"].lines)))}
    about = pd.DataFrame([_described(section, k, parts, strongest, evidence) for section, k, _ in picked])
    cells = [[_at(s.lines[k], places.get(n, -1)) for n in order] for s, k, places in picked]
    at = [picked[0][2].get(n, 0) for n in order]
    labels = [str(label) for label in about.pop("label")]
    rows = [section.rows[k] for section, k, _ in picked]
    values, problems = matrix(file, labels, [names[n] for n in order], cells, rows, at, below)
    about = about.set_axis(values.index)
    about = about.loc[:, [c for c in about if about[c].astype(str).str.strip().ne("").any()]]
    unit = [name for name, _ in parameters(said.get("small_molecule-quantification_unit", ""))]
    units = {str(c): unit[0] for c in values.columns} if unit else {}
    said_too = [Problem(file, what, "map names in sample_names.csv where they belong together") for what in notes]
    table = Table(file, "features", values, units, about, problems=(*said_too, *problems))
    design = design_of_assays(said, names) if summed or single else pd.DataFrame()
    return [table, *([Table(f"{file}, study variables", "design", design)] if design.size else [])]


def _read(text: str) -> tuple[dict[str, str], dict[str, _Section]]:
    """What the metadata say, and the sections."""
    said: dict[str, str] = {}
    parts = {name: _Section() for name in _HEADS.values()}
    for r, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        cells = [c.strip().strip('"') for c in line.split("\t")]
        if cells[0] == "MTD" and len(cells) > 2 and cells[2].casefold() not in ("null", ""):
            said.setdefault(cells[1], cells[2])
        elif cells[0] in _HEADS:
            parts[_HEADS[cells[0]]].places = {name: c for c, name in enumerate(cells) if name}
        elif cells[0] in parts:
            parts[cells[0]].lines.append(cells)
            parts[cells[0]].rows.append(r)
    return said, parts


def _at(line: Sequence[str], c: int) -> str:
    cell = line[c] if 0 <= c < len(line) else ""
    return "" if cell.casefold() in ("null", "nan") else cell


def _number(cell: str) -> float:
    """The number in a cell, the first where several stand; NaN where there is none."""
    return read_cell(cell.split("|")[0]).value


def _references(cell: str) -> list[str]:
    return [r.strip() for r in cell.split("|") if r.strip()]


def _alone(sml: _Section, smf: _Section, single: Mapping[int, int]) -> list[int]:
    """Lines of features with abundances that no molecule of the summary refers to."""
    named = {r for k in range(len(sml.lines)) for r in _references(sml.get(k, "SMF_ID_REFS"))}
    lines = [k for k in range(len(smf.lines)) if smf.get(k, "SMF_ID") not in named]
    return [k for k in lines if any(np.isfinite(_number(_at(smf.lines[k], c))) for c in single.values())]


def _strongest(smf: _Section, single: Mapping[int, int]) -> dict[str, tuple[float, int]]:
    """Identifier of a feature → its summed abundance and its line."""
    found = {}
    for k, line in enumerate(smf.lines):
        x = np.array([_number(_at(line, c)) for c in single.values()])
        found[smf.get(k, "SMF_ID")] = (float(np.nansum(x)), k)
    return found


def _described(
    section: _Section,
    k: int,
    parts: Mapping[str, _Section],
    strongest: Mapping[str, tuple[float, int]],
    evidence: Mapping[str, int],
) -> dict[str, str | float]:
    """What is known of a molecule or feature: name, formula, identifiers, adduct, m/z, time in s, and a label."""
    smf, sme = parts["SMF"], parts["SME"]
    referred = [strongest[r] for r in _references(section.get(k, "SMF_ID_REFS")) if r in strongest]
    feature = max(referred, default=(0.0, -1))[1]
    held: dict[str, str | float] = {name: section.get(k, name) for name in _WORDS}
    held["formula"] = section.get(k, "chemical_formula")
    held["adduct"] = section.get(k, "adduct_ions", "adduct_ion")
    mass, time = section.get(k, "exp_mass_to_charge"), section.get(k, "retention_time_in_seconds", "retention_time")
    if feature >= 0:
        mass = mass or smf.get(feature, "exp_mass_to_charge")
        time = time or smf.get(feature, "retention_time_in_seconds", "retention_time")
    if section is smf:
        best = next((evidence[r] for r in _references(smf.get(k, "SME_ID_REFS")) if r in evidence), -1)
        for name, source in {"chemical_name": "chemical_name", "formula": "chemical_formula"}.items():
            held[name] = sme.get(best, source) if best >= 0 else held[name]
    held["mz"], held["rt"] = _number(mass), _number(time)
    named = _references(str(held["chemical_name"]))
    others = len(set(named)) - 1
    held["chemical_name"] = (
        f"{named[0]} or {f'{others} others' if others > 1 else 'another'}" if others > 0 else "".join(named[:1])
    )
    label = section.get(k, "SML_ID", "SMF_ID", "identifier") or str(section.rows[k] + 1)
    label = label if section is not smf else f"feature {label}"
    held["label"] = label if np.isnan(held["mz"]) else f"{label}: m/z {held['mz']:.4f}"
    return held
