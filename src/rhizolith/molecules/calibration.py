"""The mass scale of a spectrum, found again from the formulas that must be in it: no calibration list needed.

Organic matter fills a known lattice of C, H and O formulas. Whatever the calibration error, the
differences between peaks and lattice pile up along one smooth curve over m/z; everything else is spread
evenly. The curve is walked from window to window (so that jumps and bends are followed), then fitted
robustly: by the lowest polynomial that describes it, by segments where none does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from rhizolith.molecules.coarse_scale import true_up_to_a_constant
from rhizolith.molecules.lattice_offset import STEP, settle
from rhizolith.molecules.rules import Rule
from rhizolith.molecules.scattered_scale import STANDS_OUT, straight_scale, votes
from rhizolith.molecules.space import FormulaSpace, space

# Ranges of the lattice that calibrates: the CHO formulas that dissolved organic matter is made of.
LATTICE = "C4-60 H4-120 O1-35"
_RULES = (Rule("H/C", 0.35, 2.1), Rule("O/C", 0.05, 1.0), Rule("DBE", 0, 40), Rule("DBE-O", -9, 9))
STRONGEST = 4000  # peaks that take part; more adds nothing but time
BIN = 0.1  # ppm
PLAIN = 40.0  # standard deviations that need no second opinion; lists calibrated otherwise reach 66 and more
LEAST = 6.0  # standard deviations above chance
WINDOWS = 24
DOUBTFUL = 2.5  # ppm; a curve that varies by more, or lies near the end of the reach, gets a second opinion; assumed
BETTER = 1.2  # assumed: a second opinion wins with this many times the significance; right scales differ by 1.05
SURELY_FAR = 25.0  # standard deviations; the best of 200 constants on lists without series stays below 18
CLEAR = 0.8  # assumed: rivals of the best constant must score below this share of it
NEAR = 1.5  # ppm; how far from the walked curve a calibrant may lie
BENT = 1.5  # ppm; a curve or offset beyond this makes the polarity worth a second look; assumed
AS_GOOD = 0.95  # assumed: a walked curve is kept where it gathers this share of the votes of the parabola
SCATTERED = "a parabola through scattered molecules"
OPEN = (
    "the scale is stretched by hundreds of ppm; its shape was found, its constant stays open in steps of 36 mDa (CH4 "
    "against O), and no contaminants stand out that would settle it: give one known ion as anchor=(measured m/z, "
    "exact m/z)"
)
FARTHEST = 0.6  # Da; a scale further off than this is taken for another quantity


@dataclass(frozen=True)
class Calibration:
    """What was done to the mass scale: `method`, the error removed over m/z (ppm), and how well it is supported.

    `rms` (ppm) is the spread of the calibrants around the curve, `points` their number, `coverage` the share of
    the m/z range they span, `gap` the widest stretch (m/z) without one, `significance` how many standard
    deviations the pile of calibrants stands above chance, `confirmed` whether contaminants stand where they belong.
    """

    method: str
    mz: np.ndarray
    error: np.ndarray
    rms: float = np.nan
    points: int = 0
    coverage: float = 0.0
    gap: float = np.nan
    significance: float = 0.0
    reason: str = ""
    confirmed: bool = False

    def at(self, mz: np.ndarray) -> np.ndarray:
        """Error of the mass scale (ppm) at each m/z; beyond the calibrants it keeps its last value."""
        return np.interp(mz, self.mz, self.error) if len(self.mz) else np.zeros(len(mz))

    def apply(self, mz: np.ndarray) -> np.ndarray:
        """The corrected m/z."""
        return mz / (1 + 1e-6 * self.at(mz))

    def __str__(self) -> str:
        if not len(self.mz):
            return f"not recalibrated: {self.reason}"
        low, high = float(self.error.min()), float(self.error.max())
        return (
            f"recalibrated ({self.method}): error {low:+.2f} to {high:+.2f} ppm removed, {self.points} calibrants, "
            f"rms {self.rms:.3f} ppm, {100 * self.coverage:.0f} % of the m/z range, largest gap {self.gap:.0f} m/z"
            f"{', confirmed by contaminants' if self.confirmed else ''}"
        )


def none(reason: str, significance: float = 0.0) -> Calibration:
    """The mass scale as it came."""
    return Calibration("none", np.zeros(0), np.zeros(0), significance=significance, reason=reason)


@lru_cache(maxsize=4)
def _lattice(heaviest: float) -> FormulaSpace:
    return space(LATTICE, _RULES, heaviest)


def calibrate(
    mz: np.ndarray, intensity: np.ndarray, shift: float, reach: float = 15.0,
    anchor: tuple[float, float] | None = None,
) -> Calibration:
    """Find the calibration error of a peak list for ions of mass shift `shift` (Da, −1.00728 for [M-H]-).

    `mz` is sorted. Errors up to ± `reach` ppm are found without help. A scale wrong by up to thousands of ppm is
    straightened by the CH2 distances between its peaks; what stays open then is one constant, because formulas with
    CH4 for O lie 36 mDa apart everywhere: surfactants and fatty acids settle it in negative lists, or `anchor`
    (measured, exact m/z of one known ion). The result says `none`, with the reason, where nothing stands out of chance
    or the constant stays open.
    """
    if len(mz) < 20:
        return none("fewer than 20 peaks")
    found = _near(mz, intensity, shift, reach) if anchor is None else none("an anchor was given")
    doubtful = not len(found.mz) or np.ptp(found.error) > DOUBTFUL or np.abs(found.error).max() > 0.8 * reach
    if anchor is None and doubtful:
        wide = _near(mz, intensity, shift, 3 * reach)
        found = wide if len(wide.mz) and wide.significance > BETTER * found.significance else found
    plain = len(found.mz) > 0 and found.significance > PLAIN
    if plain:
        found, settled = _on_its_step(mz, intensity, shift, reach, found)
        if settled or np.ptp(found.error) < DOUBTFUL:
            return found
    # A scale far off lines up by chance here and there; its CH2 series then say so much more clearly.
    far = _far(mz, intensity, shift, reach, anchor)
    if far is not None and far.significance >= max(BETTER * found.significance, SURELY_FAR):
        return far
    return found if plain or anchor is not None else _scattered(mz, intensity, shift, 2 * reach, found)


def _scattered(
    mz: np.ndarray, intensity: np.ndarray, shift: float, reach: float, walked: Calibration
) -> Calibration:
    """The scale of scattered molecules where it explains the peaks better than the `walked` curve does."""
    given = votes(mz, intensity, shift, reach)
    if given is None:
        return walked
    curve, significance = straight_scale(given, reach)
    if significance < STANDS_OUT:
        return walked
    straight = given.shape(given.mz) @ curve
    if len(walked.mz) and given.agreement(walked.at(given.mz)) > AS_GOOD * given.agreement(straight):
        return walked
    grid = np.linspace(mz[0], mz[-1], 200)
    error = given.shape(grid) @ curve
    near = (np.abs(given.error - straight) < 0.6) & (given.weight > np.quantile(given.weight, 0.9))
    where, left = np.sort(given.mz[near]), (given.error - straight)[near]
    gap = float(np.diff(np.concatenate([[mz[0]], where, [mz[-1]]])).max())
    span = float(np.ptp(where)) / max(float(mz[-1] - mz[0]), 1e-9) if len(where) else 0.0
    rms = float(np.sqrt(np.mean(left**2))) if len(where) else float("nan")
    return Calibration(SCATTERED, grid, error, rms, len(where), span, gap, significance)


def _far(
    mz: np.ndarray, intensity: np.ndarray, shift: float, reach: float, anchor: tuple[float, float] | None
) -> Calibration | None:
    """A scale that is wrong by hundreds of ppm: its shape from CH2 distances, its constant from the lattice."""
    straight = true_up_to_a_constant(mz, intensity)
    if straight is None:
        return None
    strong = np.sort(np.argsort(-intensity, kind="stable")[:1500])
    middle = 0.0 if anchor is None else anchor[1] - float(np.interp(anchor[0], mz, straight))
    constants = np.arange(-FARTHEST, FARTHEST, 0.006) if anchor is None else middle + np.arange(-0.009, 0.01, 0.003)
    score = np.zeros(len(constants))
    for k, constant in enumerate(constants):
        moved = straight[strong] + constant
        peak, error = _pairs(moved, intensity[strong], shift, reach)
        score[k] = _walk(moved[peak], error, reach)[2] if len(peak) >= 20 else 0.0
    best = int(score.argmax())
    if score[best] < 3 * LEAST:
        return None
    moved = straight + constants[best]
    fine = _near(moved, intensity, shift, reach)
    if not len(fine.mz):
        return None
    if (score[np.abs(constants - constants[best]) > 0.02] > CLEAR * score[best]).any():
        step = settle(fine.apply(moved), intensity, shift, FARTHEST)
        if step is None:
            return replace(none(OPEN, fine.significance), method="open")
        moved = fine.apply(moved) + step * STEP
        fine = _near(moved, intensity, shift, reach)
        if not len(fine.mz):
            return None
        fine = replace(fine, method=f"contaminants, then {fine.method}")
    return _through(mz, moved, fine, "CH2 distances")


def _on_its_step(
    mz: np.ndarray, intensity: np.ndarray, shift: float, reach: float, found: Calibration
) -> tuple[Calibration, bool]:
    """The same calibration, or that of the scale moved by steps of 36 mDa where contaminants say so beyond doubt.

    Also says whether contaminants settled it.
    """
    straight = found.apply(mz)
    step = settle(straight, intensity, shift, FARTHEST)
    if not step:
        return (found, False) if step is None else (replace(found, confirmed=True), True)
    moved = straight + step * STEP
    fine = _near(moved, intensity, shift, reach)
    if not len(fine.mz):
        return found, False
    return _through(mz, moved, fine, f"moved by {1e3 * step * STEP:+.0f} mDa by contaminants"), True


def _through(mz: np.ndarray, moved: np.ndarray, fine: Calibration, how: str) -> Calibration:
    """The calibration that leads from the list's own scale over a `moved` one to that of `fine`."""
    grid = np.linspace(mz[0], mz[-1], 2000)
    error = 1e6 * (grid / fine.apply(np.interp(grid, mz, moved)) - 1)
    return replace(fine, method=f"{how}, then {fine.method}", mz=grid, error=error)


def other_polarity(mz: np.ndarray, intensity: np.ndarray, shift: float, found: Calibration) -> str:
    """A warning where the list lines up better, and straighter, as ions of the other charge; else nothing.

    Two electron masses and a hydrogen molecule part the two readings, which a calibration curve can hide.
    """
    if not len(found.mz) or (np.ptp(found.error) < BENT and np.abs(found.error).max() < BENT):
        return ""
    other = _near(mz, intensity, -shift, 15.0)
    better = other.significance > 1.02 * found.significance and len(other.mz)
    if not better or np.ptp(other.error) > np.ptp(found.error):
        return ""
    return f"the list lines up better as {'negative' if shift > 0 else 'positive'} ions: is the charge right?"


def _near(mz: np.ndarray, intensity: np.ndarray, shift: float, reach: float) -> Calibration:
    """The calibration error as a curve within ± `reach` ppm."""
    peak, error = _pairs(mz, intensity, shift, reach)
    if len(peak) < 20:
        return none("too few peaks lie near any C, H, O formula")
    path, centers, significance = _walk(mz[peak], error, reach)
    lost = none(f"no calibration curve stands out within ±{reach:g} ppm; is the polarity right?", significance)
    if significance < LEAST:
        return lost
    found = _fit(mz, mz[peak], error, np.interp(mz[peak], centers, path), significance)
    # Few calibrants let a bent curve wind its way through chance; a straight one they can carry.
    trusted = significance > PLAIN or np.ptp(found.error) < BENT
    return found if trusted and found.points >= 20 and found.rms < 0.7 * NEAR else lost


def _pairs(mz: np.ndarray, intensity: np.ndarray, shift: float, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """The strongest peaks of every region and all lattice formulas within reach: peak index and difference (ppm)."""
    if len(mz) > STRONGEST:
        rank = np.argsort(np.argsort(-intensity, kind="stable"), kind="stable")
        region = (np.arange(len(mz)) * WINDOWS) // len(mz)
        order = np.lexsort((rank, region))
        place = np.empty(len(mz), dtype=int)
        starts = np.searchsorted(region, np.arange(WINDOWS))
        place[order] = np.arange(len(mz)) - starts[region[order]]
        chosen = np.flatnonzero(place < STRONGEST // WINDOWS)
    else:
        chosen = np.arange(len(mz))
    sub = mz[chosen]
    found = _lattice(float(np.ceil(mz[-1] / 100) * 100)).search(sub - shift, np.full(len(sub), reach), sub)
    return chosen[found.peak], found.error


def _walk(mz: np.ndarray, error: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray, float]:
    """The best continuous path through the heights of error histograms, window by window over m/z."""
    edges = np.unique(np.quantile(mz, np.linspace(0, 1, min(WINDOWS, max(3, len(mz) // 40)) + 1)))
    if len(edges) < 2:
        edges = np.append(edges, edges[-1] + 1.0)
    row = np.clip(np.searchsorted(edges, mz, side="right") - 1, 0, len(edges) - 2)
    bins = round(2 * reach / BIN)
    column = np.clip(((error + reach) / BIN).astype(int), 0, bins - 1)
    counts = np.bincount(row * bins + column, minlength=(len(edges) - 1) * bins).reshape(-1, bins).astype(float)
    smooth = np.stack([np.convolve(c, [0.5, 1, 1, 1, 0.5], mode="same") for c in counts])
    chance = 4.0 * np.maximum(np.median(counts, axis=1), counts.mean(axis=1) * 0.5)[:, None] + 0.5
    score = smooth * np.log(np.maximum(smooth, chance * 0.5) / chance) - (smooth - chance)
    score = np.where(smooth > chance, score, -np.abs(score) * 0.2)
    # Moving between neighbouring windows costs; a jump of several ppm stays possible when the counts insist.
    steps = BIN * np.abs(np.arange(bins)[:, None] - np.arange(bins)[None, :])
    cost = np.minimum(2.0 * steps + 3.0 * (steps > 0.8), 25.0)
    total, back = score[0].copy(), []
    for s in score[1:]:
        through = total[None, :] - cost
        best = through.argmax(axis=1)
        back.append(best)
        total = through[np.arange(bins), best] + s
    at = int(total.argmax())
    indices = [at]
    for best in reversed(back):
        at = int(best[at])
        indices.append(at)
    path = np.array(indices[::-1])
    number = np.bincount(row, minlength=len(edges) - 1)
    middle = (edges[1:] + edges[:-1]) / 2  # of a window that repeated masses leave empty
    centers = np.where(number > 0, np.bincount(row, mz, len(edges) - 1) / np.maximum(number, 1), middle)
    on = smooth[np.arange(len(path)), path].sum()
    expected = chance[:, 0].sum()
    return (path + 0.5) * BIN - reach, centers, float((on - expected) / np.sqrt(expected))


def _fit(all_mz: np.ndarray, mz: np.ndarray, error: np.ndarray, first: np.ndarray, significance: float) -> Calibration:
    """A robust curve through the pairs near the walked path."""
    near = np.abs(error - first) < NEAR
    x, y, curve = mz[near], error[near], first[near]
    t_low, t_high = float(x.min()), float(x.max())
    best: tuple[float, str, np.ndarray, np.ndarray, np.ndarray] | None = None
    grid = np.linspace(t_low, t_high, 200)
    designs = [(f"polynomial of order {k}", k + 1, _polynomial(k, t_low, t_high)) for k in (0, 1, 2, 3, 4, 5)]
    for knots in (6, 10, 16):
        if len(x) > 30 * knots:
            designs.append((f"{knots - 1} segments", knots, _segments(np.quantile(x, np.linspace(0, 1, knots)))))
    for name, k, design in designs:
        a = design(x)
        value, weight, loss = _robust(a, y, curve)
        score = loss + 1.5 * k * np.log(len(x))
        if best is None or score < best[0]:
            best = (score, name, design(grid) @ value, weight, a @ value)
    assert best is not None
    _, name, line, weight, fitted = best
    used = weight > 0.5
    points = int(used.sum())
    rms = float(np.sqrt(np.average((y - fitted)[used] ** 2))) if points else np.nan
    where = np.sort(x[used])
    inside = np.concatenate([[all_mz[0]], where, [all_mz[-1]]])
    span = (where[-1] - where[0]) / max(all_mz[-1] - all_mz[0], 1e-9) if points else 0.0
    gap = float(np.diff(inside).max())
    return Calibration(name, grid, line, rms, points, float(span), gap, significance)


def _polynomial(order: int, low: float, high: float):
    return lambda m: np.polynomial.chebyshev.chebvander(2 * (m - low) / max(high - low, 1e-9) - 1, order)


def _segments(knots: np.ndarray):
    """Straight pieces between knots: hat functions."""
    return lambda m: np.stack([np.interp(m, knots, np.eye(len(knots))[k]) for k in range(len(knots))], axis=1)


def _robust(design: np.ndarray, y: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Weighted least squares where each point is a calibrant (normal around the curve) or chance (even spread)."""
    residual, sd, share = y - start, 0.3, 0.5
    value = np.zeros(design.shape[1])
    width = 2 * NEAR
    for _ in range(12):
        on = share * np.exp(-0.5 * (residual / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
        weight = on / (on + (1 - share) / width)
        gram = design.T @ (design * weight[:, None]) + 1e-6 * np.eye(design.shape[1])
        value = np.linalg.solve(gram, design.T @ (weight * y))
        residual = y - design @ value
        sd = float(np.clip(np.sqrt((weight * residual**2).sum() / max(weight.sum(), 1.0)), 0.04, 0.75 * NEAR))
        share = float(np.clip(weight.mean(), 0.02, 0.98))
    likelihood = share * np.exp(-0.5 * (residual / sd) ** 2) / (sd * np.sqrt(2 * np.pi)) + (1 - share) / width
    return value, weight, -float(np.log(likelihood).sum())
