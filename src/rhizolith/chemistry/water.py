"""Solved waters: what each species' share is, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rhizolith.chemistry.log_k import LN10
from rhizolith.chemistry.species_set import Array, Speciation
from rhizolith.errors import InputError, Problem

VOLT = 8.314462618 / 96485.33212
"""Gas constant over Faraday constant, V K⁻¹ (CODATA 2018)."""
FEWEST = 1e-25
"""mol kg⁻¹ below which a component counts as absent when a couple's potential is asked for."""


@dataclass(frozen=True)
class Water:
    """Solved waters: natural logs of activities, molalities (mol kg⁻¹), ionic strength."""

    speciation: Speciation
    ln_activity: Array
    """[water, component]"""
    molality: Array
    """[water, species]; of species on sites, mol per kg of water too"""
    ionic_strength: Array
    """[water] mol kg⁻¹"""
    ln_water: Array
    """[water] ln activity of water"""
    potentials: Mapping[str, Array] = field(default_factory=dict)
    """surface → Fψ/RT [water]; those given an area only"""

    def __repr__(self) -> str:
        if len(self.pH) == 1:
            return f"Water(pH {self.pH[0]:.2f}, I {self.ionic_strength[0]:.2e} mol/kg, charge {self.charge[0]:+.1e})"
        return f"Water({len(self.pH)} waters, pH {self.pH.min():.2f} to {self.pH.max():.2f})"

    @property
    def totals(self) -> Array:
        """mol kg⁻¹ of each component [water, component]."""
        return np.asarray(self.molality @ self.speciation.balance)

    @property
    def pH(self) -> Array:
        """−log10 of the proton activity [water]."""
        return -self.ln_activity[:, self.speciation.index("H+")] / LN10

    @property
    def charge(self) -> Array:
        """Sum of charges (mol kg⁻¹) [water]."""
        return np.asarray(self.molality @ self.speciation.charges)

    def charge_error(self) -> Array:
        """Charge over the sum of absolute charges [water], as a fraction."""
        return self.charge / np.maximum(self.molality @ np.abs(self.speciation.charges), 1e-300)

    def potential(self, surface: str) -> Array:
        """Electric potential of a surface in V against the bulk water [water]; needs its area in `speciate`."""
        if surface not in self.potentials:
            what = f"{surface!r} has no diffuse layer in this water"
            raise InputError(Problem("water", what, "give its area to speciate"))
        return np.asarray(self.potentials[surface] * VOLT * self.speciation.temperature)

    def log_activities(self) -> Array:
        """log10 activity of every species [water, species]; on sites, the share of the sites taken."""
        s = self.speciation
        ln_a = self.ln_activity @ s.nu.T + s.ln_k + self.ln_water[:, None] * s.water
        for surface, potential in self.potentials.items():
            ln_a -= potential[:, None] * s.surfaces[surface]
        return np.asarray(ln_a / LN10)

    def __getitem__(self, species: str) -> Array:
        """Molality of one species [water]."""
        return self.molality[:, self.speciation.species_index(species)]

    def saturation(self, phase: str) -> Array:
        """Saturation index log10 Ω of a phase [water]."""
        if phase not in self.speciation.phases:
            what = f"the phase {phase!r} cannot be made of the components of this water"
            raise InputError(Problem("water", what, "add its components, or a database that has it"))
        nu, ln_k, water = self.speciation.phases[phase]
        return np.asarray((self.ln_activity @ nu + water * self.ln_water - ln_k) / LN10)

    def pe(self, couple: str) -> Array:
        """−log10 electron activity of a redox couple, `Fe+3/Fe+2` [water]; NaN where one side is absent."""
        if couple not in self.speciation.couples:
            known = ", ".join(self.speciation.couples) or "none: give both sides as components"
            raise InputError(Problem("water", f"{couple!r} is no redox couple of this water", f"choose among {known}"))
        row, ln_k, water, electrons = self.speciation.couples[couple]
        ln_e = -(ln_k + self.ln_activity @ row + water * self.ln_water) / electrons
        where = [self.speciation.components.index(c) for c in couple.split("/") if c not in ("H2O", "H+")]
        present = (self.totals[:, where] > FEWEST).all(axis=1)
        return np.where(present, -ln_e / LN10, np.nan)

    def eh(self, couple: str) -> Array:
        """Potential of a redox couple in V against the standard hydrogen electrode [water]."""
        return np.asarray(self.pe(couple) * LN10 * VOLT * self.speciation.temperature)
