"""A made-up pot experiment as messy as real ones: 2 × 2 (plant × amendment), five blocks, six tables, known effects.

Everything in it is synthetic and says so. Each quantity is a mean for the untreated residue, shifted by the effects
in PLANTED, times or plus noise; mixtures of molecules and taxa are drawn from stated groups. The numbers are chosen to
look like an alkaline residue under reclamation and stand for no measurement (assumed).
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

BLOCKS = 5
# quantity: untreated mean, effect of the plant, effect of the amendment, noise (as the effects), how they join
PLANTED = {
    "pH": (10.1, -0.3, -1.2, 0.08, "add"),
    "SOC": (4.0, 1.15, 1.8, 0.06, "times"),
    "TN": (0.30, 1.2, 1.5, 0.08, "times"),
    "TP": (0.45, 1.0, 1.1, 0.06, "times"),
    "MBC": (40.0, 1.6, 3.0, 0.10, "times"),
    "MBN": (5.0, 1.6, 3.0, 0.12, "times"),
    "BG": (0.020, 1.5, 2.0, 0.10, "times"),
    "NAG": (0.006, 1.4, 1.8, 0.12, "times"),
    "LAP": (0.010, 1.3, 1.6, 0.12, "times"),
    "ALP": (0.060, 1.1, 1.2, 0.10, "times"),
}  # SOC, TN, TP in g kg-1; MBC, MBN in mg kg-1; enzymes in µmol g-1 h-1
LABILE, STABLE, METABOLITES, COPIOTROPHS = 1.8, 1.6, 3.0, 2.0  # factors: plant, amendment, plant, plant


def pots() -> list[tuple[str, int, int, int]]:
    """(name, plant 0 or 1, amendment 0 or 1, block) of the twenty pots."""
    treatments = [(0, 0), (1, 0), (0, 1), (1, 1)]
    return [(f"P{4 * b + k + 1:02d}", p, a, b + 1) for b in range(BLOCKS) for k, (p, a) in enumerate(treatments)]


def write_example(folder: Path, seed: int = 1) -> None:
    """Write the six tables into `folder`: workbook, plates, formulas, features, taxa, design, and a note on all."""
    random = np.random.default_rng(seed)
    values = {name: _values(name, random) for name in PLANTED}
    (folder / "README.txt").write_text(f"SYNTHETIC: made by rhizolith to try things out.\n{__doc__}", encoding="utf-8")
    lines = [["pot", "plant", "amendment", "block"]]
    lines += [[n, ["none", "Elymus"][p], ["none", "Fe-citrate-humic"][a], str(b)] for n, p, a, b in pots()]
    _write(folder / "design.csv", lines, ",")
    _workbook(folder / "soil and plants.xlsx", values, random)
    _plates(folder / "enzyme plates.csv", values, random)
    _formulas(folder / "FTICR report.csv", random)
    _features(folder / "LCMS features.txt", random)
    _taxa(folder, random)


def _values(name: str, random: np.random.Generator) -> np.ndarray:
    base, plant, amendment, noise, how = PLANTED[name]
    p, a = (np.array(x, float) for x in zip(*((p, a) for _, p, a, _ in pots())))
    block = np.array([b for *_, b in pots()])
    shift = random.normal(0, noise / 2, BLOCKS)[block - 1]
    if how == "add":
        return base + plant * p + amendment * a + shift + random.normal(0, noise, len(p))
    return base * plant**p * amendment**a * np.exp(shift + random.normal(0, noise, len(p)))


def _write(path: Path, lines: list[list[str]], separator: str, encoding: str = "utf-8") -> None:
    held = io.StringIO()
    csv.writer(held, delimiter=separator, lineterminator="\r\n").writerows(lines)
    path.write_bytes(held.getvalue().encode(encoding))


def _workbook(path: Path, values: dict[str, np.ndarray], random: np.random.Generator) -> None:
    """Titles, a merged header, a row of units, names written otherwise, a value below detection and a slip."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Soil"
    page.append(["SYNTHETIC pot experiment, soil and plants at harvest"])
    page.append([])
    page.append(["Sample", "Chemistry", None, None, None, "Biomass", None, "Plant"])
    page.append(["Sample", "pH", "SOC", "TN", "TP", "MBC", "MBN", "Shoot"])
    page.append([None, None, "g/kg", "g/kg", "g/kg", "mg/kg", "mg/kg", "g"])
    for k, (name, plant, amendment, _) in enumerate(pots()):
        row = [round(float(values[q][k]), 3) for q in ("pH", "SOC", "TN", "TP", "MBC", "MBN")]
        shoot = round(float(plant * (2 + 3 * amendment) * np.exp(random.normal(0, 0.15))), 2) if plant else "NA"
        page.append([name.replace("P", "pot "), *row, shoot])
    page["D9"], page["E12"] = "<0.05", "0.5l"
    page.merge_cells("B3:E3")
    page.merge_cells("F3:G3")
    book.save(path)


def _plates(path: Path, values: dict[str, np.ndarray], random: np.random.Generator) -> None:
    """A line per well group: three replicates, decimal commas, semicolons, µmol."""
    names = {"BG": "β-glucosidase", "NAG": "NAG", "LAP": "LAP", "ALP": "alkaline phosphatase"}
    lines = [["Sample ID", "enzyme", "value", "unit", "rep"]]
    for k, (name, *_) in enumerate(pots()):
        for enzyme, written in names.items():
            for rep in range(3):
                x = values[enzyme][k] * np.exp(random.normal(0, 0.05))
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
    for (c, h, o, n), group in sorted(found.items()):
        base = random.lognormal(15, 1)
        row = []
        for _, plant, amendment, _b in pots():
            factor = LABILE**plant if group == "labile" else STABLE**amendment if group == "lignin-like" else 1.0
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
        row = [base * (METABOLITES ** (planted * p)) * np.exp(random.normal(0, 0.2)) for _, p, *_ in pots()]
        cells = [f"{x * d:.1f}" if x > 8000 else "" for x, d in zip(row, dilution)]
        quality = [f"{np.mean(row) * np.exp(random.normal(0, 0.1)):.1f}" for _ in range(3)]
        label = f"made-up plant metabolite {k + 1}" if planted else "Unknown"
        mz, rt = 90 + 6.1 * k + random.random(), 0.8 + 18 * random.random()
        lines.append([str(k), f"{mz:.5f}", f"{rt:.3f}", label, *cells, *quality, f"{base * 0.01:.1f}"])
    _write(path, lines, "\t")


def _taxa(folder: Path, random: np.random.Generator) -> None:
    """Counts of sixty made-up taxa and their lineages; plants raise the Bacteroidota."""
    phyla = ("Bacteroidota", "Acidobacteriota", "Actinobacteriota", "Chloroflexi", "Firmicutes", "Gemmatimonadota")
    share = random.dirichlet(np.full(60, 0.6))
    counts = []
    for _, plant, *_ in pots():
        weights = share * np.where(np.arange(60) % 6 == 0, COPIOTROPHS**plant, 1.0) * np.exp(random.normal(0, 0.2, 60))
        counts.append(random.multinomial(int(random.integers(8000, 20000)), weights / weights.sum()))
    table = np.array(counts).T
    names = [name.replace("P", "P-") for name, *_ in pots()]
    lines = [["#OTU ID", *names], *([f"ASV{k:03d}", *map(str, row)] for k, row in enumerate(table))]
    _write(folder / "asv.tsv", lines, "\t")
    lineages = [[f"ASV{k:03d}", f"d__Bacteria; p__{phyla[k % 6]}; g__Madeup{k}"] for k in range(60)]
    _write(folder / "taxonomy.tsv", [["Feature ID", "Taxon"], *lineages], "\t")
