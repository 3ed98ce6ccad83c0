"""Newton's method in logarithms of activity, for many waters at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from rhizolith.chemistry.activity import DAVIES_SLOPE, WATER_FACTOR, ln_gamma
from rhizolith.chemistry.elimination import Elimination
from rhizolith.chemistry.log_k import LN10
from rhizolith.chemistry.species_set import Array, Speciation

REST = 1e-12
"""Relative residual of every balance at which a water counts as solved."""
CALM = 1e-8
"""Largest last step in ln a at which it does: the next one is its square."""
FARTHEST = 3.0
"""Largest step in ln a."""
LARGEST_I = 20.0
"""mol kg⁻¹; no activity model here holds anywhere near it."""


@dataclass(frozen=True)
class Constraint:
    """A linear condition Σ ν ln a + n ln a(H2O) = target that takes the place of a component's balance."""

    row: Array
    target: Array
    """[water]"""
    water: float = 0.0


@dataclass
class State:
    """Unknowns of a set of waters: ln a [component, water], ionic strength and ln a(H2O) [water]."""

    x: Array
    ionic: Array
    ln_water: Array
    total: Array
    """[component, water] mol kg⁻¹"""
    targets: Array
    """[constraint, water]"""
    offset: Array
    """[site, water] ln of the sites"""
    number: Array
    """which water of the user's each is"""

    def take(self, keep: Array) -> State:
        """The waters of a mask or index."""
        return State(*(getattr(self, f)[..., keep] for f in State.__dataclass_fields__))

    def put(self, other: State) -> None:
        """Write the results of some waters back where they belong."""
        for f in ("x", "ionic", "ln_water"):
            getattr(self, f)[..., other.number] = getattr(other, f)


@dataclass
class Newton:
    """The equations of a speciation: balances, constraints in their place, charge in the place of one, and I."""

    s: Speciation
    constraints: Mapping[int, Constraint] = field(default_factory=dict)
    charge: int | None = None
    water_factor: float = WATER_FACTOR

    def __post_init__(self) -> None:
        s, n = self.s, len(self.s.components)
        self.curves = list(dict.fromkeys(s.curves))
        self.which = np.array([self.curves.index(c) for c in s.curves])
        self.dissolved = s.dissolved
        self.site_columns = [s.components.index(c) for c in s.sites]
        self.counts = np.zeros((n + 1, len(s.species)))  # what each row counts of a species
        self.counts[:n] = s.balance.T
        self.counts[n] = 0.5 * s.charges**2
        for j in self.constraints:
            self.counts[j] = 0.0
        if self.charge is not None:
            self.counts[self.charge] = s.charges
        self.nu = np.ascontiguousarray(s.nu)
        self.made = sparse.csr_matrix(self.counts)
        self.size = sparse.csr_matrix(np.abs(self.counts))
        self.mass = [j for j in range(n) if j not in self.constraints and j != self.charge]
        positive, negative = np.maximum(s.balance.T, 0), np.maximum(-s.balance.T, 0)
        self.reacted = sparse.csr_matrix(positive[self.mass])
        self.produced = sparse.csr_matrix(negative[self.mass])
        self.largest = np.maximum(positive[self.mass].max(axis=1), 1.0)
        self._pattern()

    def _pattern(self) -> None:
        """Entries of the Jacobian: Σ count ν m between components, −Σ count g m towards I, and the constraints."""
        n = len(self.s.components)
        entries, rows = [], []
        for i in range(n + 1):
            product = self.counts[i][:, None] * self.nu
            for j in np.flatnonzero(np.abs(product).sum(axis=0)).tolist():
                entries.append((i, j))
                rows.append(product[:, j])
        self.by_amount = sparse.csr_matrix(np.array(rows))
        to_ionic = [i for i in range(n + 1) if self.counts[i].any()]
        entries += [(i, n) for i in to_ionic]
        self.by_slope = sparse.csr_matrix(-self.counts[to_ionic])
        self.fixed_entries = []
        for j, c in self.constraints.items():
            for k in np.flatnonzero(c.row).tolist():
                self.fixed_entries.append((len(entries), float(c.row[k])))
                entries.append((j, k))
        last = [*([] if self.charge is None else [self.charge]), n]
        self.elimination = Elimination(entries, n + 1, first=list(self.constraints), last=last)
        self.ionic_entry = self.elimination.position[n, n]
        self.filled = len(entries)

    def activity(self, ionic: Array, slope: bool = True) -> tuple[Array, Array]:
        """ln γ and d ln γ/dI of every curve [curve, water]."""
        root, p = np.sqrt(ionic), self.s.slopes
        value = np.array([ln_gamma(c, p, ionic, root) for c in self.curves])
        change = np.zeros_like(value)
        for k, c in enumerate(self.curves if slope else ()):
            change[k] = LN10 * (c.slope + c.bdot * p.bdot + DAVIES_SLOPE * c.davies * p.a)
            if c.z2:
                bend = 1.0 + root * (1.0 if c.size is None else c.size * p.b)
                change[k] -= LN10 * c.z2 * p.a / (2 * root * bend**2)
            if c.co2:
                change[k] += p.co2_linear - p.co2_bent / (1 + ionic) ** 2
        return value, change

    def molality(self, state: State, ln_g: Array) -> Array:
        """mol kg⁻¹ of every species [species, water]."""
        s = self.s
        ln_m = self.nu @ state.x
        ln_m += s.ln_k[:, None]
        ln_m -= ln_g[self.which]
        wet = np.flatnonzero(s.water)
        ln_m[wet] += s.water[wet, None] * state.ln_water
        for k, j in enumerate(self.site_columns):
            held = np.flatnonzero(s.nu[:, j])
            ln_m[held] += state.offset[k] - np.log(np.abs(s.nu[held, j]))[:, None]
        np.minimum(ln_m, 12.0, out=ln_m)
        return np.exp(ln_m, out=ln_m)

    def approach(self, state: State, most: int = 30) -> None:
        """Bring each balance near its total, one component at a time: positive continued fractions.

        Carrayrou, Mosé & Behra (2002), AIChE J. 48, 894, with a fixed exponent.
        """
        if not self.mass:
            return
        where, power = np.array(self.mass), (1.0 / self.largest)[:, None]
        total = state.total[where]
        gain, loss = np.maximum(total, 0), np.maximum(-total, 0)
        for _ in range(most):
            ln_g, _ = self.activity(np.minimum(state.ionic, 0.5), slope=False)
            m = self.molality(state, ln_g)
            ratio = np.log((gain + self.produced @ m) / (loss + self.reacted @ m))
            state.x[where] += np.clip(power * ratio, -20, 20)
            ionic = np.clip(self.counts[-1] @ m, 1e-8, 2.0)
            state.ionic = np.sqrt(state.ionic * ionic)
            if np.abs(ratio).max() < 1.0:
                break

    def step(self, state: State) -> tuple[Array, Array]:
        """One Newton step in place; largest relative residual before it and largest change, per water."""
        n, width = len(self.s.components), len(state.ionic)
        ln_g, slope = self.activity(state.ionic)
        m = self.molality(state, ln_g)
        r, size = self.residual(state, m)
        a = np.zeros((self.elimination.count, width))
        k = self.by_amount.shape[0]
        a[:k] = self.by_amount @ m
        a[k : k + self.by_slope.shape[0]] = self.by_slope @ (m * slope[self.which])
        for entry, value in self.fixed_entries:
            a[entry] = value
        a[self.ionic_entry] -= 1.0
        worst = (np.abs(r) / size).max(axis=0)
        with np.errstate(all="ignore"):
            delta = self.elimination.solve(a, r)
        dx, di = delta[:n], delta[n]
        np.nan_to_num(dx, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        np.nan_to_num(di, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        change = np.abs(dx).max(axis=0)
        # a balance that is short by e^3 asks for a step of e^3: its logarithm is the right one
        dx = np.where(dx > 1.0, 1.0 + np.log(np.maximum(dx, 1.0)), dx)
        state.x += np.clip(dx, -FARTHEST, FARTHEST)
        change = np.maximum(change, np.abs(di) / state.ionic)
        state.ionic = np.clip(state.ionic + di, state.ionic / 4, np.minimum(state.ionic * 4 + 1e-9, LARGEST_I))
        if self.water_factor:
            left = 1.0 - self.water_factor * (self.dissolved @ m)
            new = np.log(np.maximum(left, 0.5))
            change = np.maximum(change, 100 * np.abs(new - state.ln_water))  # converges linearly: ask for more
            state.ln_water = new
        return worst, change

    def residual(self, state: State, m: Array) -> tuple[Array, Array]:
        """Total − made of every row [row, water], and the size of what it sums."""
        n = len(self.s.components)
        r = -(self.made @ m)
        size = self.size @ m
        for j in self.mass:
            r[j] += state.total[j]
            size[j] += np.abs(state.total[j])
        r[n] += state.ionic
        size[n] += state.ionic
        for k, (j, c) in enumerate(self.constraints.items()):
            r[j] = state.targets[k] - c.row @ state.x - c.water * state.ln_water
            size[j] = 1.0
        return r, np.maximum(size, 1e-300)

    def run(self, state: State, most: int) -> Array:
        """Solve in place; numbers (in `state`) of the waters that did not come to rest."""
        self.approach(state)
        live = state
        for _ in range(most):
            worst, change = self.step(live)
            resting = (worst < REST) & (change < CALM)
            if resting.all():
                state.put(live)
                return np.array([], dtype=int)
            if resting.mean() > 0.3:
                state.put(live)
                live = live.take(~resting)
        state.put(live)
        return np.asarray(live.number)
