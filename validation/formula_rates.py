"""Are the stated error rates of `assign` the true ones, and what does it find? Made-up lists whose answers are known.

    python -m validation.formula_rates [seeds]

Formulas of the open truth lists beside the repository, new seeds; writes docs/understand/formula_rates.md (minutes).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from rhizolith.molecules import assign

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "understand" / "formula_rates.md"
TRUTH = Path(os.environ.get("RHIZOLITH_SHARED", ROOT.parent / "shared")) / "data" / "ms" / "synthetic-truth"
SYMBOLS = ["C", "H", "N", "O", "S", "P"]
MASS = np.array([12.0, 1.00782503223, 14.00307400443, 15.99491461957, 31.9720711744, 30.97376199842])  # Da, 2012
PROTON = 1.00782503223 - 5.48579909065e-4
N3S1 = "C1-50 H1-100 O1-30 N0-3 S0-1"
HARD = "C1-50 H1-100 O0-30 N0-11 S0-4 P0-3"
STATED = (0.01, 0.05, 0.1)


def peak_list(
    truth: pd.DataFrame, seed: int, noise: int = 1500, drift: float = 0.0, offset: float = 0.0,
    sd: tuple[float, float] = (0.12, 0.18), share: float = 1.0,
) -> pd.DataFrame:
    """[M-H]- peaks of a `share` of the molecules, errors `sd` (ppm), twins and noise; `drift` is ppm at m/z 900."""
    rng = np.random.default_rng(seed)
    truth = truth.sample(frac=share, random_state=seed).reset_index(drop=True)
    counts, height = truth[SYMBOLS].to_numpy(int), truth["intensity"].to_numpy(float)
    mz, limit = counts @ MASS - PROTON, float(np.quantile(height, 0.01))
    parts = [(mz, height, "mono", np.arange(len(mz)))]
    carbon, sulfur = counts[:, 0] * 0.010816, counts[:, 4] * 0.04474
    for kind, step, ratio in (("13C", 1.0033548351, carbon), ("34S", 1.995795826, sulfur)):
        heavy = height * ratio * np.exp(rng.normal(0, 0.12, len(mz)))
        seen = np.flatnonzero(heavy > limit)
        parts.append(((mz + step)[seen], heavy[seen], kind, seen))
    chance = np.exp(rng.normal(np.log(1.5 * limit), 0.3, noise))
    parts.append((rng.uniform(150, 900, noise), chance, "noise", np.full(noise, -1)))
    peaks = pd.concat([pd.DataFrame({"mz": a, "intensity": b, "kind": k, "of": o}) for a, b, k, o in parts])
    scatter = rng.normal(size=len(peaks)) * (sd[0] + sd[1] * np.sqrt(limit / peaks["intensity"]))
    peaks["mz"] *= 1 + 1e-6 * np.where(peaks["kind"] == "noise", 0, scatter)
    peaks = peaks.sort_values("mz").reset_index(drop=True)
    apart = np.diff(peaks["mz"]) > peaks["mz"].to_numpy()[1:] ** 2 / 4e8
    peaks = peaks[np.append(True, apart)].reset_index(drop=True)
    peaks["mz"] *= 1 + 1e-6 * (offset + drift * ((peaks["mz"] - 150) / 750) ** 2)
    text = ["".join(f"{s}{n if n > 1 else ''}" for s, n in zip(SYMBOLS, row) if n) for row in counts]
    of = peaks["of"].to_numpy()
    peaks["true"] = np.where(of >= 0, np.array([*text, ""], dtype=object)[of], "")
    peaks["source"] = np.where(of >= 0, np.array([*truth["source"], ""], dtype=object)[of], "")
    return peaks


def scores(peaks: pd.DataFrame, elements: str) -> dict[str, float]:
    """Wrong and stated counts at each rate; recall of organic matter and metabolites, noise assigned, by default."""
    got = assign(peaks["mz"], peaks["intensity"], elements)
    mono, dom = (peaks["kind"] == "mono").to_numpy(), (peaks["source"] == "dom").to_numpy()
    right = mono & (got["candidate"] == peaks["true"]).to_numpy()
    kind, q = got["kind"].to_numpy(object), got["q_value"].to_numpy(float)
    given = kind == "monoisotopic"
    out = {}
    for rate in STATED:
        chosen = (q <= rate) & (kind != "isotopologue") & (got["candidate"] != "").to_numpy()
        out[f"wrong {rate}"] = float((chosen & ~right).sum())
        out[f"said {rate}"] = float(q[chosen].max(initial=0.0) * chosen.sum())
    groups = {"dom": mono & dom, "metabolites": mono & ~dom}
    for name, group in groups.items():
        out[name] = float((right & given)[group].mean()) if group.any() else np.nan
    noise = (peaks["kind"] == "noise").to_numpy()
    out["noise"] = float((given | (kind == "isotopologue"))[noise].mean()) if noise.any() else 0.0
    return out


def lists() -> Iterator[tuple[str, Callable[[int], pd.DataFrame], str]]:
    """Name, maker by seed, and element ranges of every kind of list."""
    name = "truth_formulas_dom_plus_metabolites_{}.csv"
    both, all_ = (pd.read_csv(TRUTH / name.format(k), keep_default_na=False) for k in ("N3S1", "CHNOSP"))
    few, odd = both[both["source"] != "dom"], all_[all_["source"] != "dom"]
    yield "organic matter and metabolites, 1,500 noise peaks", lambda s: peak_list(both, s), N3S1
    yield "4,000 noise peaks", lambda s: peak_list(both, s, 4000), N3S1
    yield "drift of 5 ppm, offset −3 ppm, 600 noise peaks", lambda s: peak_list(both, s, 600, 5, -3), N3S1
    yield "mass error 0.20 + 0.25 ppm", lambda s: peak_list(both, s, sd=(0.2, 0.25)), N3S1
    yield "searched with N5 S2 P1", lambda s: peak_list(both, s), "C1-50 H1-100 O1-30 N0-5 S0-2 P0-1"
    yield "searched without N and S", lambda s: peak_list(both, s), "C1-50 H1-100 O1-30"
    yield "30 % of the molecules", lambda s: peak_list(both, s, share=0.3), N3S1
    yield "20 % of the molecules, 1,000 noise peaks", lambda s: peak_list(both, s, 1000, share=0.2), N3S1
    yield "10 % of the molecules, 600 noise peaks", lambda s: peak_list(both, s, 600, share=0.1), N3S1
    yield "10 % of the molecules, 1,500 noise peaks", lambda s: peak_list(both, s, share=0.1), N3S1
    yield "metabolites alone, 600 noise peaks", lambda s: peak_list(few, s, 600), N3S1
    yield "CHNOSP: with organic matter", lambda s: peak_list(all_, s), HARD
    yield "CHNOSP: with organic matter, searched in N3S1", lambda s: peak_list(all_, s), N3S1
    yield "CHNOSP: metabolites alone, 600 noise peaks", lambda s: peak_list(odd, s, 600), HARD
    yield "CHNOSP alone, 2,000 noise peaks", lambda s: peak_list(odd, s, 2000), HARD
    yield "CHNOSP alone, drift of 3 ppm", lambda s: peak_list(odd, s, 600, 3), HARD
    yield "CHNOSP alone, drift of −4 ppm, offset 8 ppm", lambda s: peak_list(odd, s, 600, -4, 8), HARD
    yield "CHNOSP alone, mass error 0.20 + 0.25 ppm", lambda s: peak_list(odd, s, 600, sd=(0.2, 0.25)), HARD
    yield "CHNOSP alone, half of them", lambda s: peak_list(odd, s, 400, share=0.5), HARD
    yield "CHNOSP alone, searched in N5 S2 P2", lambda s: peak_list(odd, s, 600), "C1-50 H1-100 O0-30 N0-5 S0-2 P0-2"
    yield "CHNOSP alone, searched in N3S1", lambda s: peak_list(odd, s, 600), N3S1


def row(name: str, make: Callable[[int], pd.DataFrame], elements: str, seeds: int) -> str:
    """One line of the page: lists of several seeds together."""
    table = pd.DataFrame([scores(make(1000 + s), elements) for s in range(seeds)])
    total, mean = table.sum(), table.mean()
    ratio = [f"{total[f'wrong {r}'] / max(total[f'said {r}'], 1e-9):.2f}" for r in STATED]
    found = ["–" if np.isnan(mean[k]) else f"{mean[k]:.3f}" for k in ("dom", "metabolites", "noise")]
    return f"| {name} | {' | '.join([*ratio, *found])} |"


def main(seeds: int) -> None:
    """Measure every kind of list and write the page."""
    start = time.perf_counter()
    lines = [
        "# Stated and true error rates of formulas",
        "",
        f"Written by `python -m validation.formula_rates {seeds}`: {seeds} lists of each kind with seeds used",
        "nowhere else, one default setting, ± 1 ppm. *Ratio* is true over stated share of wrong ones among the",
        "candidates with a q value up to 1, 5 and 10 %: 1 is perfect, below 1 is on the safe side. Recall and noise",
        "are those of the default.",
        "",
        "| list | ratio 1 % | 5 % | 10 % | organic matter | metabolites | noise assigned |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, make, elements in lists():
        lines.append(row(name, make, elements, seeds))
        print(lines[-1], f"{time.perf_counter() - start:.0f} s", flush=True)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
