"""A table of formulas to the indices of its samples, with intervals by resampling the formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.analysis.experiment.recipe import HIGH, LOW, described
from rhizolith.description.experiment.table import Table
from rhizolith.errors import InputError, Problem
from rhizolith.indices import formulas, lability, lambda_theory, mixtures, transformations, van_krevelen
from rhizolith.indices.formula_text import parse_formula
from rhizolith.indices.mscc import mscc
from rhizolith.indices.registry import indices

SYMBOLS = {"carbon": "C", "hydrogen": "H", "oxygen": "O", "nitrogen": "N", "sulfur": "S", "phosphorus": "P"}
HEAVY = ("C13", "13C", "S34", "34S", "18O", "15N", "N15", "Is Isotopologue", "int13c", "int34s")
RESAMPLED = 200
BLANK_RATIO = 3.0  # convention (assumed)
TRAITS = {
    "NOSC": "NOSC", "AImod": "AImod", "DBE": "DBE", "DBE_O": "DBE-O", "HC": "H/C", "OC": "O/C", "NC": "N/C",
    "mass": "monoisotopic mass", "GFE": "delta G0 Cox", "lambda": "lambda", "lambda_CUE": "lambda CUE",
}  # fmt: skip


@dataclass(frozen=True)
class Mixture:
    """Formulas found in samples: atoms per formula, intensity formula × sample (0 not found), and what was left out."""

    atoms: dict[str, np.ndarray] = field(repr=False)
    intensity: np.ndarray = field(repr=False)
    samples: tuple[str, ...]
    mz: np.ndarray = field(repr=False)
    said: tuple[str, ...]


def mixture(
    table: Table, mz: tuple[float, float] | None = None, at_least: int = 1, blank_ratio: float = BLANK_RATIO
) -> tuple[Mixture, list[Problem]]:
    """Monoisotopic formulas with carbon: within `mz`, in `at_least` samples, and `blank_ratio` times over the blanks.

    What each filter removed is said. InputError when no formula is left.
    """
    about, problems = table.about, []
    assert about is not None
    atoms, unread = _atoms(about)
    if unread:
        what = f"{len(unread)} formulas could not be read, such as {', '.join(map(repr, unread[:3]))}; left out"
        problems.append(Problem(table.name, what, "write them like C6H12O6"))
    values = table.values[[c for c in table.values.columns if str(c) not in table.roles]]
    x = np.nan_to_num(values.to_numpy(float))
    blank = np.nan_to_num(table.values[[c for c in table.values.columns if str(c) in table.roles]].to_numpy(float))
    place = about["mz"].to_numpy(float) if "mz" in about else np.full(len(x), np.nan)
    said = [f"{len(x)} rows"]
    keep = atoms["carbon"] > 0
    said.append(f"{int(keep.sum())} with a formula that holds carbon")
    keep = _less(keep, ~_heavy(about), "heavy isotopologues", said)
    if mz is not None:
        keep = _less(keep, (place >= mz[0]) & (place <= mz[1]), f"outside m/z {mz[0]:g} to {mz[1]:g}", said)
    if blank.shape[1]:
        over = x.mean(axis=1) >= blank_ratio * blank.mean(axis=1)
        blanks = _count(blank.shape[1], "blank")
        keep = _less(keep, over, f"on average less than {blank_ratio:g} times as intense as in the {blanks}", said)
    rare = f"in fewer than {at_least} samples" if at_least > 1 else "in no sample"
    keep = _less(keep, (x > 0).sum(axis=1) >= at_least, rare, said)
    if not keep.any():
        raise InputError(Problem(table.name, f"no formula is left ({'; '.join(said)})", "assign formulas, or loosen"))
    held = {name: a[keep] for name, a in atoms.items()}
    return Mixture(held, x[keep], tuple(map(str, values.columns)), place[keep], tuple(said)), problems


def _less(keep: np.ndarray, also: np.ndarray, why: str, said: list[str]) -> np.ndarray:
    gone = int((keep & ~also).sum())
    if gone:
        said.append(f"{gone} {why}: left out")
    return keep & also


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}{'' if n == 1 else 's'}"


def _atoms(about: pd.DataFrame) -> tuple[dict[str, np.ndarray], list[str]]:
    if {"C", "H", "O"} <= set(about.columns):
        zero = np.zeros(len(about))
        found = {n: np.nan_to_num(np.asarray(about[s], float)) if s in about else zero for n, s in SYMBOLS.items()}
        return found, []
    out = {name: np.zeros(len(about)) for name in SYMBOLS}
    unread = []
    for k, text in enumerate(about.get("formula", ())):
        if not str(text).strip() or str(text) in ("NA", "0", "nan", "unassigned"):
            continue
        try:
            one = parse_formula(str(text))
        except InputError:
            unread.append(str(text))
            continue
        for name, symbol in SYMBOLS.items():
            out[name][k] = one.count(symbol)
    return out, unread


def _heavy(about: pd.DataFrame) -> np.ndarray:
    heavy = np.zeros(len(about), bool)
    for name in HEAVY:
        if name in about:
            heavy |= np.nan_to_num(pd.to_numeric(about[name], errors="coerce").to_numpy(float)) > 0
    return heavy


def traits(atoms: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Every trait of TRAITS for each formula."""
    return {
        "NOSC": formulas.nosc(**atoms), "AImod": formulas.ai_mod(**atoms), "DBE": formulas.dbe(**atoms),
        "DBE_O": formulas.dbe_minus_o(**atoms), "HC": formulas.h_to_c(**atoms), "OC": formulas.o_to_c(**atoms),
        "NC": formulas.n_to_c(**atoms), "mass": formulas.mass(**atoms), "GFE": formulas.gibbs_cox(**atoms),
        "lambda": lambda_theory.lambda_turns(**atoms), "lambda_CUE": lambda_theory.lambda_cue(**atoms),
    }  # fmt: skip


def formula_indices(found: Mixture, draws: int = RESAMPLED, seed: int = 0) -> xr.Dataset:
    """Indices of each sample's formulas: weighted traits, lability, diversity, classes by every scheme, links."""
    atoms, x = found.atoms, found.intensity
    trait = traits(atoms)
    known = indices()
    weights = np.random.default_rng(seed).multinomial(len(x), np.full(len(x), 1 / len(x)), size=draws).astype(float)
    data: dict[str, tuple] = {}
    for name, values in trait.items():
        data[f"{name}_w"] = ("sample", mixtures.weighted_mean(values, x), _weighted(known[TRAITS[name]]))
        data.update(_resampled(f"{name}_w", values, x, weights))
    above = 100 * formulas.above_mlb(**atoms)
    data["MLB_wL"] = ("sample", mixtures.mlb_wl(x, **atoms), described(known["MLB_wL"]))
    data["MLB_L"] = ("sample", mixtures.mlb_l(x, **atoms), described(known["MLB_L"]))
    data.update(_resampled("MLB_wL", above, x, weights))
    data.update(_resampled("MLB_L", above, (x > 0).astype(float), weights))
    data.update(_diversity(trait, x))
    links = transformations.links(**atoms)
    both = (x[links[:, 0]] > 0) & (x[links[:, 1]] > 0)
    data["links"] = ("sample", both.sum(axis=0).astype(float), described(known["transformation links"]))
    return xr.Dataset(data, coords={"sample": list(found.samples)}).merge(schemes(found))


def _weighted(one) -> dict[str, str]:
    about = described(one)
    return {**about, "long_name": f"{one.name}, intensity-weighted mean", "note": "sum(I x)/sum(I) over the formulas"}


def _resampled(name: str, trait: np.ndarray, x: np.ndarray, weights: np.ndarray) -> dict[str, tuple]:
    """Interval of a weighted mean when the formulas are drawn again with replacement."""
    known = np.isfinite(trait)
    top, bottom = weights[:, known] @ (x[known] * trait[known, None]), weights[:, known] @ x[known]
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.nanpercentile(top / bottom, [LOW, HIGH], axis=0)
    words = f"percentile over {len(weights)} resamples of the formulas: what a few large peaks decide"
    return {
        f"{name}_{which}": ("sample", bound, {"long_name": f"{name}, {which}", "definition": words})
        for which, bound in (("low", low), ("high", high))
    }


def _diversity(trait: Mapping[str, np.ndarray], x: np.ndarray) -> dict[str, tuple]:
    from rhizolith.indices import diversity

    known = indices()
    out: dict[str, tuple] = {
        "formulas": ("sample", diversity.richness(x).astype(float), described(known["richness"], "of formulas")),
        "shannon": ("sample", diversity.shannon(x), described(known["Shannon"], "of intensities")),
        "simpson": ("sample", diversity.simpson(x), described(known["Simpson"], "of intensities")),
    }
    for name, what in (("NOSC", "reactivity"), ("HC", "saturation"), ("mass", "size"), ("AImod", "aromaticity")):
        held = described(known["Rao's Q"], f"differences in {name}: diversity of {what}")
        held["units"] = "Da" if name == "mass" else "1"
        out[f"rao_{name}"] = ("sample", mixtures.rao_q(trait[name], x), held)
    held = described(known["Rao's Q, variance form"], "squared differences in NOSC") | {"units": "1"}
    out["rao_variance_NOSC"] = ("sample", mixtures.rao_variance(trait["NOSC"], x), held)
    return out


SCHEMES: dict[str, Callable[..., np.ndarray]] = {
    "kim_2003": van_krevelen.kim_2003, "bailey_2017": van_krevelen.bailey_2017,
    "tfaily_2017": van_krevelen.tfaily_2017, "formularity": van_krevelen.formularity,
    "kellerman_2014": van_krevelen.kellerman_2014, "seven_boxes_2026": van_krevelen.seven_boxes_2026, "mscc": mscc,
}  # fmt: skip


def schemes(found: Mixture) -> xr.Dataset:
    """Share of intensity by class under every scheme, and the labile share under each with its rank stability."""
    known = indices()
    labels, rows = [], []
    for scheme, function in SCHEMES.items():
        for name, share in mixtures.class_shares(function(**found.atoms), found.intensity).items():
            labels.append(f"{scheme}/{name}")
            rows.append(share)
    labile = lability.labile_share(found.intensity, **found.atoms)
    stability = lability.labile_rank_stability(found.intensity, **found.atoms) if len(found.samples) > 2 else np.nan
    said = described(known["labile share"])
    said["note"] = f"smallest rank correlation between two schemes over these samples: {stability:.2f}"
    return xr.Dataset(
        {
            "class_share": (("class", "sample"), np.array(rows), described(known["class share"])),
            "labile_share": (("scheme", "sample"), np.array(list(labile.values())), said),
        },
        coords={"class": labels, "scheme": list(labile), "sample": list(found.samples)},
    )
