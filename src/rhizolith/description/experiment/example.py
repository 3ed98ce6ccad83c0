"""A made-up pot experiment as messy as real ones: 2 × 2 (plant × amendment), six blocks, seven tables, known effects.

Everything in it is synthetic and says so. Means of soil and microbes are those of four runs of the simulator, one a
treatment; molecules, taxa, plates and plants follow models stated in `planted`. Pots differ by noise of known size, and
what was put in is written beside them. The numbers stand for no measurement.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from rhizolith.description.experiment.example_genes import gene_table
from rhizolith.description.experiment.example_notes import write_notes
from rhizolith.description.experiment.example_taxa import taxa_tables
from rhizolith.description.experiment.planted import DETECTION, GUILDS, groups, quantities, treatment

BLOCKS = 6


def pots() -> list[tuple[str, int, int, int]]:
    """(name, plant 0 or 1, amendment 0 or 1, block) of the twenty-four pots."""
    treatments = [(0, 0), (1, 0), (0, 1), (1, 1)]
    return [(f"P{4 * b + k + 1:02d}", p, a, b + 1) for b in range(BLOCKS) for k, (p, a) in enumerate(treatments)]


def write_example(folder: Path, seed: int = 1) -> None:
    """Write the tables into `folder`: workbook, plates, formulas, features, taxa, genes, design; and notes on them."""
    random = np.random.default_rng(seed)
    values = drawn(random)
    write_notes(folder, seed)
    lines = [["pot", "plant", "amendment", "block"]]
    lines += [[n, ["none", "Elymus"][p], ["none", "Fe-citrate-humic"][a], str(b)] for n, p, a, b in pots()]
    _write(folder / "design.csv", lines, ",")
    _workbook(folder / "soil and plants.xlsx", values)
    _plates(folder / "enzyme plates.csv", values, random)
    _formulas(folder / "FTICR report.csv", random)
    _features(folder / "LCMS features.txt", random)
    names = [name.replace("P", "P-") for name, *_ in pots()]
    apart = np.random.default_rng([seed, 1])  # its own: the other tables stay what they are
    counts, lineages = taxa_tables(names, _factors("Bacteroidota"), _factors("Gemmatimonadota"), random, apart)
    _write(folder / "asv.tsv", counts, "\t")
    _write(folder / "taxonomy.tsv", lineages, "\t")
    genes = {s: _factors(f"genes of {s}") for s in GUILDS}
    lines = gene_table([name.lower() for name, *_ in pots()], genes, _factors("16S rRNA genes"), random)
    _write(folder / "pred_metagenome_unstrat.tsv", lines, "\t")


def drawn(random: np.random.Generator) -> dict[str, np.ndarray]:
    """quantity → value of every pot: the mean of its treatment, with noise of its block and its own around it.

    Noise that multiplies is lognormal of mean 1, so that the means of many pots are the planted ones; NaN where a
    treatment has no such quantity (the shoot of a bare pot).
    """
    block = np.array([b for *_, b in pots()])
    found = {}
    for name, planted in quantities().items():
        mean = np.array([planted.means.get(treatment(p, a), np.nan) for _, p, a, _ in pots()])
        shift = random.normal(0, planted.noise / 2, BLOCKS)[block - 1] + random.normal(0, planted.noise, len(block))
        variance = 1.25 * planted.noise**2
        found[name] = mean + shift if planted.how == "add" else mean * np.exp(shift - variance / 2)
    return found


def _factors(group: str) -> list[float]:
    """Factor of a group of molecules or taxa in every pot."""
    by, _ = groups()[group]
    return [by[treatment(p, a)] for _, p, a, _ in pots()]


def _write(path: Path, lines: list[list[str]], separator: str, encoding: str = "utf-8") -> None:
    held = io.StringIO()
    csv.writer(held, delimiter=separator, lineterminator="\r\n").writerows(lines)
    path.write_bytes(held.getvalue().encode(encoding))


SHEET = {
    "Chemistry": ("pH", "SOC", "MAOC", "TN", "TP", "DOC", "NH4"),
    "Soil water": ("soluble_Na", "soluble_Ca", "soluble_Mg", "soluble_Fe"),
    "Biomass": ("MBC", "MBN", "respiration", "growth"),
    "Plant": ("shoot",),
}
WRITTEN = {
    "soluble_Na": "Soluble Na", "soluble_Ca": "Soluble Ca", "soluble_Mg": "Soluble Mg", "soluble_Fe": "Soluble Fe",
    "NH4": "NH4-N", "respiration": "Basal respiration", "growth": "Growth", "shoot": "Shoot",
}  # fmt: skip


def _workbook(path: Path, values: dict[str, np.ndarray]) -> None:
    """Titles, merged headers, a row of units, names written otherwise, values below detection and a slip."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Soil"
    names = [q for block in SHEET.values() for q in block]
    page.append(["SYNTHETIC pot experiment, soil and plants at harvest"])
    page.append([])
    page.append(["Sample", *(head if k == 0 else None for head, block in SHEET.items() for k in range(len(block)))])
    page.append(["Sample", *(WRITTEN.get(q, q) for q in names)])
    units = [quantities()[q].unit for q in names]
    page.append([None, *(None if u == "1" else u.replace(" kg-1", "/kg").replace(" d-1", "/d") for u in units)])
    for k, (name, *_) in enumerate(pots()):
        page.append([name.replace("P", "pot "), *(_cell(q, float(values[q][k])) for q in names)])
    page["F12"] = "0.5l"
    first = 2
    for block in SHEET.values():
        if len(block) > 1:
            page.merge_cells(start_row=3, end_row=3, start_column=first, end_column=first + len(block) - 1)
        first += len(block)
    book.save(path)


def _cell(quantity: str, value: float) -> float | str:
    """A value as a laboratory writes it."""
    if np.isnan(value):
        return "NA"
    least = DETECTION.get(quantity, 0.0)
    return f"<{least:g}" if value < least else float(f"{value:.4g}")


def _plates(path: Path, values: dict[str, np.ndarray], random: np.random.Generator) -> None:
    """A line per well group: three replicates, decimal commas, semicolons, µmol."""
    names = {"BG": "β-glucosidase", "NAG": "NAG", "LAP": "LAP", "phosphatase": "alkaline phosphatase"}
    lines = [["Sample ID", "enzyme", "value", "unit", "rep"]]
    for k, (name, *_) in enumerate(pots()):
        for enzyme, written in names.items():
            for rep in range(3):
                x = values[enzyme][k] / 1000 * np.exp(random.normal(0, 0.05))
                lines.append([name.lower(), written, f"{x:.6f}".replace(".", ","), "µmol g⁻¹ h⁻¹", str(rep + 1)])
    _write(path, lines, ";", "utf-16")


def _formulas(path: Path, random: np.random.Generator) -> None:
    """Formulas in the layout of a Formularity report; plants add H-rich ones, the amendment lignin-like ones."""
    groups = (("labile", 120, 1.75, 0.45), ("lignin-like", 220, 1.1, 0.4), ("condensed", 80, 0.6, 0.2))
    found: dict[tuple[int, ...], str] = {}
    for group, size, hc, oc in groups:
        while sum(g == group for g in found.values()) < size:
            c, n = int(random.integers(9, 32)), int(random.choice([0, 0, 0, 1, 2]))
            h, o = round(c * random.normal(hc, 0.12)), max(1, round(c * random.normal(oc, 0.08)))
            found[(c, h + (h + n) % 2, o, n)] = group
    names = [f"{name}_sample" for name, *_ in pots()]
    lines = [["Mass", *names, "Blank_1", "C", "H", "O", "N", "C13", "S", "P", "Candidates"]]
    factors = {g: _factors(f"{g} formulas") for g in ("labile", "lignin-like")} | {"condensed": [1.0] * len(pots())}
    for (c, h, o, n), group in sorted(found.items()):
        base = random.lognormal(15, 1)
        row = []
        for factor in factors[group]:
            x = base * factor * np.exp(random.normal(0, 0.25))
            row.append(f"{x:.0f}" if x > 3e5 else "0")
        mass = 12 * c + 1.00782503223 * (h - 1) + 15.99491461957 * o + 14.00307400443 * n + 0.000548579909
        blank = f"{base:.0f}" if random.random() < 0.03 else "0"
        lines.append([f"{mass:.6f}", *row, blank, *map(str, (c, h, o, n)), "0", "0", "0", "1"])
    _write(path, lines, ",")


def _features(path: Path, random: np.random.Generator) -> None:
    """Features with m/z and retention time, diluted samples, three pooled QC, one blank; plants raise twelve."""
    names = [f"{name} Peak area" for name, *_ in pots()]
    lines = [
        ["Alignment ID", "Average Mz", "Average Rt(min)", "Metabolite name", *names, "QC_1", "QC_2", "QC_3", "Blank"]
    ]
    dilution = np.exp(random.normal(0, 0.3, len(names)))
    for k in range(150):
        base = random.lognormal(11, 1.2)
        planted = k < 12
        factors = _factors("plant metabolites") if planted else [1.0] * len(names)
        row = [base * factor * np.exp(random.normal(0, 0.2)) for factor in factors]
        cells = [f"{x * d:.1f}" if x > 8000 else "" for x, d in zip(row, dilution)]
        quality = [f"{np.mean(row) * np.exp(random.normal(0, 0.1)):.1f}" for _ in range(3)]
        label = f"made-up plant metabolite {k + 1}" if planted else "Unknown"
        mz, rt = 90 + 6.1 * k + random.random(), 0.8 + 18 * random.random()
        lines.append([str(k), f"{mz:.5f}", f"{rt:.3f}", label, *cells, *quality, f"{base * 0.01:.1f}"])
    _write(path, lines, "\t")
