"""Networks of formulas: two are linked when they differ by exactly the atoms of a known transformation.

Whole atoms are compared, not masses: at 1 mDa 8 % of mass-based links contradict the assigned formulas, at 10 µDa most
true links are missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.errors import InputError, Problem
from rhizolith.indices.formula_text import parse_formula
from rhizolith.indices.masses import MASSES
from rhizolith.indices.registry import index

ELEMENTS = ("C", "H", "O", "N", "S", "P")
ROUNDED = 0.002  # Da; published keys round masses to 5 decimals and differ by an electron here and there
_BASE = 1024  # more atoms of one element than any formula of dissolved organic matter holds


@dataclass(frozen=True)
class Transformation:
    """A known change of a molecule: atoms gained minus atoms lost, C H O N S P."""

    name: str
    change: tuple[int, ...]
    group: str = ""

    @property
    def mass(self) -> float:
        """Mass gained, Da."""
        return sum(n * MASSES[element] for n, element in zip(self.change, ELEMENTS))


def transformation(name: str, gained: str, lost: str = "", group: str = "") -> Transformation:
    """A transformation from what it adds and removes, such as `acetylation`, gained `C2H3O`, lost `H`.

    Raises InputError for a formula that cannot be read or holds an element other than C, H, O, N, S, P.
    """
    plus, minus = ([parse_formula(text)] if text else [] for text in (gained, lost))
    change = [sum(f.count(e) for f in plus) - sum(f.count(e) for f in minus) for e in ELEMENTS]
    for formula in (*plus, *minus):
        other = [s for s, _ in formula.atoms if s not in ELEMENTS]
        if other:
            raise InputError(Problem(name, f"{', '.join(other)} is not C, H, O, N, S or P", "leave it out of the key"))
    return Transformation(name, tuple(change), group)


def read_key(rows: Iterable[Mapping[str, str]]) -> tuple[list[Transformation], list[Problem]]:
    """Transformations of a table with columns Group, Transformation, Formula and `mf`, the mass difference in Da.

    `(-X)` in a name says what is lost; published tables give sometimes the group gained, sometimes the net change, so
    that the mass decides which; its sign is not kept in such tables. Returns the usable ones, and a Problem for each
    row left out, with the reason.
    """
    found, left_out = [], []
    for row, line in enumerate(rows, start=1):
        name, gained = line["Transformation"], line["Formula"].partition("_")[0]  # "C5H8N2O2_C5H9N2O3": two ways
        lost = re.search(r"\(-([A-Za-z0-9]+)\)", name)
        try:
            if re.search(r"(?<![A-Za-z])C13|13C", gained):
                raise InputError(Problem("", "it changes an isotope, not a formula", "leave it out of the key"))
            ways = [transformation(name, gained, "", line.get("Group", ""))]
            if lost:
                ways.append(transformation(name, gained, lost[1], line.get("Group", "")))
        except InputError as error:
            left_out += [Problem(f"row {row}, {name}", p.what, p.fix) for p in error.problems]
            continue
        one = min(ways, key=lambda way: abs(abs(way.mass) - float(line["mf"])))
        if any(one.change) and abs(abs(one.mass) - float(line["mf"])) < ROUNDED:
            found.append(one)
        else:
            what = f"{gained} does not weigh the {line['mf']} Da that the key gives"
            left_out.append(Problem(f"row {row}, {name}", what, "correct the formula or the mass"))
    return found, left_out


# Changes that a reader can check on paper; grouped as abiotic or biotic by convention (assumed).
COMMON = tuple(
    transformation(*row)
    for row in [
        ("hydrogenation", "H2", "", "abiotic"),
        ("hydroxylation", "O", "", "abiotic"),
        ("hydration", "H2O", "", "abiotic"),
        ("methylation", "CH3", "H", "abiotic"),
        ("carboxylation", "CO2", "", "abiotic"),
        ("carbonylation", "CO", "", "abiotic"),
        ("ethylation", "C2H5", "H", "abiotic"),
        ("acetylation", "C2H3O", "H", "biotic"),
        ("amination", "NH2", "H", "biotic"),
        ("transamination", "NH3", "O", "biotic"),
        ("phosphorylation", "HPO3", "", "biotic"),
        ("sulfation", "SO3", "", "biotic"),
        ("glycine", "C2H3NO", "", "biotic"),
        ("alanine", "C3H5NO", "", "biotic"),
        ("serine", "C3H5NO2", "", "biotic"),
        ("hexose", "C6H10O5", "", "biotic"),
        ("pentose", "C5H8O4", "", "biotic"),
        ("isoprene", "C5H8", "", "biotic"),
        ("malonyl", "C3H2O3", "", "biotic"),
        ("palmitoyl", "C16H30O", "", "biotic"),
    ]
)


def _codes(atoms: np.ndarray) -> np.ndarray:
    return atoms.astype(np.int64) @ np.array([_BASE**k for k in range(len(ELEMENTS))], dtype=np.int64)


@index(
    "transformation links",
    "pairs",
    "formula pairs that differ by a known transformation",
    ("Breitling2006", "AyalaOrtiz2023"),
)
def links(
    carbon: ArrayLike,
    hydrogen: ArrayLike,
    oxygen: ArrayLike,
    nitrogen: ArrayLike,
    sulfur: ArrayLike,
    phosphorus: ArrayLike,
    key: Iterable[Transformation] = COMMON,
) -> np.ndarray:
    """Rows (from, to, transformation): formula `to` is formula `from` plus the change; numbers count from 0.

    Formulas must be distinct; a repeated one is linked through its first row only.
    """
    atoms = np.stack(
        np.broadcast_arrays(*map(np.atleast_1d, (carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus))), axis=1
    )
    atoms = np.rint(np.asarray(atoms, float)).astype(np.int64)
    codes, first = np.unique(_codes(atoms), return_index=True)
    rows = []
    for number, change in enumerate(key):
        wanted = codes + _codes(np.array([change.change]))[0]
        at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        here, there = first[codes[at] == wanted], first[at[codes[at] == wanted]]
        exact = (atoms[there] - atoms[here] == change.change).all(axis=1)
        rows.append(np.stack([here[exact], there[exact], np.full(exact.sum(), number)], axis=1))
    return np.concatenate(rows) if rows else np.empty((0, 3), np.int64)


@index("transformation degree", "links", "transformations that a formula takes part in", "Breitling2006")
def degree(found: np.ndarray, formulas: int) -> np.ndarray:
    """Links of each of `formulas` formulas, from the rows of `links`."""
    return np.bincount(found[:, :2].ravel(), minlength=formulas)


@index(
    "transformations by group",
    "links",
    "links of each group of transformations, such as abiotic and biotic",
    "Breitling2006",
)
def by_group(found: np.ndarray, key: Iterable[Transformation] = COMMON) -> dict[str, int]:
    """Group → number of links."""
    groups = [t.group for t in key]
    counts = np.bincount(found[:, 2], minlength=len(groups))
    return {g: int(sum(n for n, name in zip(counts, groups) if name == g)) for g in sorted(set(groups))}


@index("largest component", "1", "1 on the largest set of formulas joined by transformations, else 0", "Breitling2006")
def largest_component(found: np.ndarray, formulas: int) -> np.ndarray:
    """Whether each formula belongs to the largest connected component of the network."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(found)), (found[:, 0], found[:, 1])), shape=(formulas, formulas))
    _, label = connected_components(graph, directed=False)
    return (label == np.argmax(np.bincount(label))).astype(int)
