"""Newton's method in logarithms of activity, for many waters at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from rhizolith.chemistry.activity import WATER_FACTOR, Curves
from rhizolith.chemistry.elimination import Elimination
from rhizolith.chemistry.formula import charge as charge_of
from rhizolith.chemistry.species_set import Array, Speciation
from rhizolith.errors import InputError, Problem

REST = 1e-12
"""Relative residual of every balance at which a water counts as solved."""
CALM = 1e-8
"""Largest last step in ln a at which it does: the next one is its square."""
FARTHEST = 3.0
"""Largest step in ln a."""
FAINT = 1e-14
"""mol kg⁻¹ of charge that is none"""
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
    """[component, water]; below them −Fψ/RT of each charged surface"""
    ionic: Array
    ln_water: Array
    total: Array
    """[component, water] mol kg⁻¹"""
    targets: Array
    """[constraint, water]"""
    offset: Array
    """[site, water] ln of the sites"""
    capacity: Array
    """[surface, water] mol of charge per kg of water at I = 1 and sinh(Fψ/2RT) = 1"""
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
    """The equations of a speciation: balances, constraints in their place, charge in the place of one, and I.

    surfaces: those with a diffuse layer, whose potential is an unknown each.
    """

    s: Speciation
    constraints: Mapping[int, Constraint] = field(default_factory=dict)
    charge: int | None = None
    water_factor: float = WATER_FACTOR
    surfaces: Sequence[str] = ()

    def __post_init__(self) -> None:
        s, n = self.s, len(self.s.components)
        curves = list(dict.fromkeys(s.curves))
        self.curves = Curves(curves, s.slopes)
        self.which = np.array([curves.index(c) for c in s.curves])
        self.dissolved = s.dissolved
        self.site_columns = [s.components.index(c) for c in s.sites]
        self.layers = np.array([s.surfaces[name] for name in self.surfaces]).reshape(-1, len(s.species))
        self.counts = np.zeros((n + 1 + len(self.layers), len(s.species)))  # what each row counts of a species
        self.counts[:n] = s.balance.T
        self.counts[n] = 0.5 * s.charges**2
        self.counts[n + 1 :] = self.layers
        for j in self.constraints:
            self.counts[j] = 0.0
        if self.charge is not None:
            self.counts[self.charge] = s.charges + sum(s.surfaces.values(), np.zeros(len(s.species)))
            self.closes = 0.25 * np.sign(charge_of(s.components[self.charge]))
        self.nu = np.ascontiguousarray(np.hstack([s.nu, self.layers.T]))
        self.made = sparse.csr_matrix(self.counts)
        self.size = sparse.csr_matrix(np.abs(self.counts))
        self.mass = [j for j in range(n) if j not in self.constraints and j != self.charge]
        positive, negative = np.maximum(s.balance.T, 0), np.maximum(-s.balance.T, 0)
        self.plain = [j for j in self.mass if not negative[j].any()]
        """balances that are sums without a minus"""
        self.reacted = sparse.csr_matrix(positive[self.mass])
        self.produced = sparse.csr_matrix(negative[self.mass])
        self.largest = np.maximum(positive[self.mass].max(axis=1, initial=0.0), 1.0)
        self.unknowns = [j for j in range(len(self.counts)) if j != n]
        """rows of the solution that are not the ionic strength"""
        self.held = list(self.constraints)
        square = np.array([[c.row[j] for j in self.held] for c in self.constraints.values()])
        if self.held and np.linalg.matrix_rank(square) < len(self.held):
            what = f"what is fixed in place of {', '.join(s.components[j] for j in self.held)} depends on each other"
            raise InputError(Problem("water", what, "fix fewer things, or in the place of other components"))
        self.unheld = np.linalg.inv(square) if self.held else square
        self._pattern()

    def _pattern(self) -> None:
        """Entries of the Jacobian: Σ count ν m between components, −Σ count g m towards I, and the constraints."""
        n = len(self.s.components)
        entries, rows = [], []
        for i in range(len(self.counts)):
            product = self.counts[i][:, None] * self.nu
            for j in np.flatnonzero(np.abs(product).sum(axis=0)).tolist():
                entries.append((i, j if j < n else j + 1))
                rows.append(product[:, j])
        self.by_amount = sparse.csr_matrix(np.array(rows))
        to_ionic = [i for i in range(len(self.counts)) if self.counts[i].any()]
        entries += [(i, n) for i in to_ionic]
        self.by_slope = sparse.csr_matrix(-self.counts[to_ionic])
        self.fixed_entries = []
        for j, c in self.constraints.items():
            for k in np.flatnonzero(c.row).tolist():
                self.fixed_entries.append((len(entries), float(c.row[k])))
                entries.append((j, k))
        last = [*([] if self.charge is None else [self.charge]), n]
        self.elimination = Elimination(entries, len(self.counts), first=list(self.constraints), last=last)
        self.ionic_entry = self.elimination.position[n, n]
        self.layer_entries = [
            (self.elimination.position[n + 1 + k, n + 1 + k], self.elimination.position[n + 1 + k, n])
            for k in range(len(self.layers))
        ]

    def activity(self, ionic: Array) -> tuple[Array, Array]:
        """ln γ and d ln γ/dI of every curve [curve, water]."""
        return self.curves.at(ionic)

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

    def hold(self, state: State) -> None:
        """Give the components whose balance was given up the activities that fulfil the constraints."""
        if self.held:
            n = len(self.s.components)
            state.x[self.held] = 0.0
            rest = [c.row @ state.x[:n] + c.water * state.ln_water for c in self.constraints.values()]
            state.x[self.held] = self.unheld @ (state.targets - np.array(rest))

    def approach(self, state: State, most: int = 30) -> None:
        """Bring each balance near its total, one component at a time: positive continued fractions.

        Carrayrou, Mosé & Behra (2002), AIChE J. 48, 894, with a fixed exponent. The charge is brought down in
        the same way: what is positive over what is negative.
        """
        self.hold(state)
        where, power = np.array(self.mass, int), (1.0 / self.largest)[:, None]
        total = state.total[where]
        gain, loss = np.maximum(total, 0), np.maximum(-total, 0)
        far = np.ones(len(state.ionic))
        for _ in range(most):
            ln_g, _ = self.activity(np.minimum(state.ionic, 0.5))
            m = self.molality(state, ln_g)
            ratio = np.log((gain + self.produced @ m) / (loss + self.reacted @ m))
            state.x[where] += far * np.clip(power * ratio, -20, 20)
            if self.charge is not None:
                z = self.counts[self.charge]
                open_charge = np.log((np.maximum(-z, 0) @ m + FAINT) / (np.maximum(z, 0) @ m + FAINT))
                state.x[self.charge] += far * np.clip(self.closes * open_charge, -2, 2)
                ratio = np.vstack([ratio, open_charge])
            self.hold(state)
            ionic = np.clip(self.counts[len(self.s.components)] @ m, 1e-8, 2.0)
            state.ionic = np.where(far, np.sqrt(state.ionic * ionic), state.ionic)
            far *= np.abs(ratio).max(axis=0, initial=0.0) >= 1.0  # a water that is near stays where it is
            if not far.any():
                break

    def step(self, state: State, reach: float) -> tuple[Array, Array]:
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
        self.charge_layers(state, a)
        a[self.ionic_entry] -= 1.0
        worst = (np.abs(r) / size).max(axis=0)
        excess = 1.0 - r[self.plain] / state.total[self.plain]  # made over total
        with np.errstate(all="ignore"):
            delta = self.elimination.solve(a, r)
        if not np.isfinite(delta).all():
            np.nan_to_num(delta, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        di = delta[n]
        dx = delta[self.unknowns]
        change = np.maximum(np.abs(dx).max(axis=0), np.abs(di) / state.ionic)
        self.move(state, dx, excess, reach)
        low = np.maximum(state.ionic / 4, FAINT)
        state.ionic = np.clip(state.ionic + di, low, np.minimum(state.ionic * 4 + 1e-9, LARGEST_I))
        if self.water_factor:
            left = 1.0 - self.water_factor * (self.dissolved @ m)
            new = np.log(np.maximum(left, 0.5))
            change = np.maximum(change, 100 * np.abs(new - state.ln_water))  # converges linearly: ask for more
            state.ln_water = new
        return worst, change

    def move(self, state: State, dx: Array, excess: Array, reach: float) -> None:
        """Go along Newton's direction, not too far.

        excess: made over total of the plain balances; one that is e^k times too large asks for a step of 1 where k is
        the right one.
        """
        n = len(self.s.components)
        if reach >= FARTHEST:
            high = np.maximum(excess, 1.0 + 1e-9)
            dx[self.plain] *= np.where(dx[self.plain] < -0.5, np.log(high) / (1.0 - 1.0 / high), 1.0)
            # a balance that is short by e^3 asks for a step of e^3: its logarithm is the right one
            long = np.maximum(dx[:n], 1.0)
            dx[:n] = np.minimum(dx[:n], np.minimum(1.0 + np.log(long), FARTHEST))
            if self.charge is not None:
                down = np.minimum(dx[self.charge], -1.0)
                dx[self.charge] = np.maximum(dx[self.charge], -1.0 - np.log(-down))
            np.clip(dx, -FARTHEST, FARTHEST, out=dx)
        else:  # step by step down the valley of Newton's direction
            dx *= np.minimum(1.0, reach / np.maximum(np.abs(dx).max(axis=0), 1e-300))
        state.x += dx
        self.hold(state)

    def charge_layers(self, state: State, a: Array) -> None:
        """How the charge of each diffuse layer follows its potential and the ionic strength."""
        root = np.sqrt(state.ionic)
        for (own, ionic), y, c in zip(
            self.layer_entries, state.x[len(self.s.components) :], state.capacity, strict=True
        ):
            a[own] += 0.5 * c * root * np.cosh(y / 2)
            a[ionic] -= 0.5 * c / root * np.sinh(-y / 2)

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
        if len(self.layers):
            sigma = state.capacity * np.sqrt(state.ionic) * np.sinh(-state.x[n:] / 2)
            r[n + 1 :] += sigma
            size[n + 1 :] += np.abs(sigma)
        for k, (j, c) in enumerate(self.constraints.items()):
            r[j] = state.targets[k] - c.row @ state.x[:n] - c.water * state.ln_water
            size[j] = 1.0
        return r, np.maximum(size, 1e-300)

    def run(self, state: State, most: int, reach: float) -> Array:
        """Solve in place; numbers (in `state`) of the waters that did not come to rest."""
        self.approach(state)
        live = state
        for _ in range(most):
            worst, change = self.step(live, reach)
            resting = (worst < REST) & (change < CALM)
            if resting.all():
                state.put(live)
                return np.array([], dtype=int)
            if resting.mean() > 0.3:
                state.put(live)
                live = live.take(~resting)
        state.put(live)
        return np.asarray(live.number)
