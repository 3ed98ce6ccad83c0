"""What soils usually hold, where a laboratory was not asked: the tables behind the gap filling of `assess`.

Reads the open ISRaD and SoDaH subsets and writes `evidence_priors.csv` (quantiles) and `evidence_correlations.csv`
(rank correlations of what soils hold, as correlations of normal scores). No study counts for more than 60 of its
layers; no radiocarbon, incubation or fraction is looked at, except for the share of carbon in heavy fractions.

    python validation/assess_priors.py
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RHIZOLITH_SHARED", ROOT.parent / "shared")) / "data"
OUT = ROOT / "src" / "rhizolith" / "knowledge" / "data"
MOST = 60
PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
VARIABLES = {
    "pH": "", "depth": "cm", "clay": "g/kg", "organic_carbon": "g/kg", "total_nitrogen": "g/kg", "cec": "cmol/kg",
    "exchangeable_calcium": "cmol/kg", "pyrophosphate_iron": "g/kg", "pyrophosphate_aluminium": "g/kg",
    "oxalate_iron": "g/kg", "oxalate_aluminium": "g/kg", "oxalate_silicon": "g/kg", "dithionite_iron": "g/kg",
    "dithionite_aluminium": "g/kg",
}  # fmt: skip

OF_FRACTIONS = {
    "mineral_held_share": "share of organic carbon in heavy fractions",
    "heavy_carbon": "organic carbon of heavy fractions of mineral layers",
}


def layers() -> pd.DataFrame:
    """Mineral layers of both databases in the units of VARIABLES, with `study`."""
    a = pd.read_csv(SHARED / "ISRaD/dev/israd_layers_extractable_metals.dev.csv.gz", low_memory=False)
    israd = pd.DataFrame(
        {
            "study": a.entry_name, "pH": a.lyr_ph_h2o.fillna(a.lyr_ph), "depth": (a.lyr_top + a.lyr_bot) / 2,
            "clay": 10 * a.lyr_clay_tot_psa, "organic_carbon": 10 * a.lyr_c_org_filled,
            "total_nitrogen": 10 * a.lyr_n_tot, "cec": a.lyr_ecec, "exchangeable_calcium": a.lyr_ca_exch,
            "pyrophosphate_iron": a.lyr_fe_py, "pyrophosphate_aluminium": a.lyr_al_py, "oxalate_iron": a.lyr_fe_ox,
            "oxalate_aluminium": a.lyr_al_ox, "oxalate_silicon": a.lyr_si_ox, "dithionite_iron": a.lyr_fe_dith,
            "dithionite_aluminium": a.lyr_al_dith,
        }
    )  # fmt: skip
    b = pd.read_csv(SHARED / "SoDaH/dev/sodah_subset.dev.csv.gz", low_memory=False)
    sodah = pd.DataFrame(
        {
            "study": b.location_name, "pH": b.ph_h2o, "depth": b.layer_mid, "clay": 10 * b.clay,
            "organic_carbon": 10 * b.lyr_soc, "total_nitrogen": 10 * b.lyr_n_tot, "cec": b.ecec,
            "pyrophosphate_aluminium": b.lyr_al_py, "oxalate_iron": b.lyr_fe_ox, "oxalate_aluminium": b.lyr_al_ox,
            "oxalate_silicon": b.lyr_si_ox, "dithionite_iron": b.lyr_fe_dith, "dithionite_aluminium": b.lyr_al_dith,
        }
    )  # fmt: skip
    both = pd.concat([israd, sodah], ignore_index=True)
    both = both[(both.organic_carbon < 200) & ~(both.depth < 0)]
    return both.groupby("study", group_keys=False).apply(lambda s: s.sample(min(len(s), MOST), random_state=1))


def scores(values: pd.Series) -> np.ndarray:
    """Normal scores, missing where the value is."""
    out = np.full(len(values), np.nan)
    held = values.notna().to_numpy()
    out[held] = norm.ppf((rankdata(values[held]) - 0.5) / held.sum())
    return out


def correlations(table: pd.DataFrame) -> np.ndarray:
    """Pairwise correlations of normal scores, shrunk by the number of pairs and made positive definite."""
    z = np.column_stack([scores(table[v]) for v in VARIABLES])
    n = len(VARIABLES)
    found = np.eye(n)
    for i in range(n):
        for j in range(i):
            both = np.isfinite(z[:, i]) & np.isfinite(z[:, j])
            if both.sum() >= 30:
                found[i, j] = found[j, i] = np.corrcoef(z[both, i], z[both, j])[0, 1] * both.sum() / (both.sum() + 20)
    values, vectors = np.linalg.eigh(found)
    fixed = vectors @ np.diag(np.clip(values, 0.03, None)) @ vectors.T
    size = np.sqrt(np.diag(fixed))
    return fixed / np.outer(size, size)


def heavy_share() -> pd.Series:
    """Share of a layer's carbon that is found in its heavy fractions, one value a layer of a density fractionation."""
    f = pd.read_csv(SHARED / "ISRaD/dev/israd_fractions_joined.dev.csv.gz", low_memory=False)
    f = f[f.frc_c_perc.notna() & (f.frc_scheme == "density")]
    key = ["entry_name", "site_name", "pro_name", "lyr_name", "frc_obs_date_y"]
    whole = f.groupby(key).frc_c_perc.sum()
    heavy = f[f.frc_property == "heavy"].groupby(key).frc_c_perc.sum()
    share = (heavy / whole)[whole.between(80, 120)].dropna().rename("share").reset_index()
    cut = share.groupby("entry_name", group_keys=False).apply(lambda s: s.sample(min(len(s), MOST), random_state=1))
    return pd.Series(cut.share)


def heavy_carbon() -> pd.Series:
    """g of organic carbon per kg of heavy fraction, in mineral layers."""
    f = pd.read_csv(SHARED / "ISRaD/dev/israd_fractions_joined.dev.csv.gz", low_memory=False)
    return pd.Series(10 * f.frc_c_org[(f.frc_property == "heavy") & (f.lyr_c_org_filled < 20)])


def main() -> None:
    """Write both tables."""
    table = layers()
    rows = []
    named = {**{v: table[v] for v in VARIABLES}, "mineral_held_share": heavy_share(), "heavy_carbon": heavy_carbon()}
    for name, column in named.items():
        held = column.dropna()
        quantiles = {f"q{100 * p:02.0f}": f"{held.quantile(p):.4g}" for p in PROBABILITIES}
        about = OF_FRACTIONS.get(name, "mineral layers")
        alone = name in OF_FRACTIONS or name == "exchangeable_calcium"
        source = "Lawrence2020" if alone else "Lawrence2020; Wieder2021"
        unit = "g/kg" if name == "heavy_carbon" else VARIABLES.get(name, "")
        rows.append({"quantity": name, "unit": unit, "layers": len(held), **quantiles})
        rows[-1] |= {"grade": "fitted", "source": source, "about": f"quantiles over {about}"}
    pd.DataFrame(rows).to_csv(OUT / "evidence_priors.csv", index=False, lineterminator="\n")
    matrix = pd.DataFrame(correlations(table).round(3), index=list(VARIABLES), columns=list(VARIABLES))
    matrix.to_csv(OUT / "evidence_correlations.csv", index_label="quantity", lineterminator="\n")


if __name__ == "__main__":
    main()
