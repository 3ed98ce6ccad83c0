"""The standard model, top to bottom, in plain NumPy and SciPy: what the engine solves, for a reader and for a test.

One root in a soil of ferrihydrite and gibbsite that hold organic matter in four ways; sugar, oxalate and catechol in
its exudate; three guilds of microbes. Written from the description of the model, with no rate law, stoichiometry or
solver of the package: only numbers (parameters, equilibrium constants, the first state) come from outside.

Per cell: dissolved components T (mol per m3 water) with what the exchangers hold, gases (mol per m3 air), solids
(mol per kg soil). Balances are followed by an implicit Runge-Kutta method; at every call the equilibria are solved by
Newton's method. Rates are mol per m3 of soil and second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from scipy.integrate import solve_ivp

DAY, MINUTE, LN10 = 86_400.0, 60.0, np.log(10)
GAS, REFERENCE, GAS_ATM, FARADAY_R = 8.314462618, 298.15, 8.205736608e-5, 11604.518
CHARGE = {"Ca+2": 2, "Mg+2": 2, "Na+": 1, "K+": 1, "NH4+": 1, "Al+3": 3, "Fe+2": 2, "H+": 1}
GUILDS = ("growth_yield", "resource_acquisition", "stress_tolerance")
SORBED = "ferrihydrite/dissolved_organic_matter/inner_sphere/monolayer"
TRAPPED = "ferrihydrite/dissolved_organic_matter/inner_sphere/coprecipitated"
HELD_LOOSELY = "gibbsite/dissolved_organic_matter/outer_sphere/monolayer"
LAYERED = "gibbsite/dissolved_organic_matter/hydrophobic/outer_layer"
ASSOCIATIONS = (SORBED, TRAPPED, HELD_LOOSELY, LAYERED)
SOLIDS = ("ferrihydrite", "gibbsite", *ASSOCIATIONS, "particulate", *GUILDS, "enzyme")
GASES = ("O2(g)", "CO2(g)")
HYDROXIDE = 3 * (0.015999 + 0.001008)
MOLAR_MASS = {"ferrihydrite": 0.055845 + HYDROXIDE, "gibbsite": 0.026982 + HYDROXIDE}
"""kg per mol of Fe(OH)3 and Al(OH)3"""
ATOMS = {
    "H+": {"H": 1, "charge": 1}, "H2O": {"H": 2, "O": 1}, "O2": {"O": 2}, "CO2": {"C": 1, "O": 2},
    "NH4+": {"N": 1, "H": 4, "charge": 1}, "NO3-": {"N": 1, "O": 3, "charge": -1}, "Fe+2": {"Fe": 1, "charge": 2},
    "Glc": {"C": 6, "H": 12, "O": 6}, "H2Ox": {"C": 2, "H": 2, "O": 4}, "H2Cat": {"C": 6, "H": 6, "O": 2},
    "Qui": {"C": 6, "H": 4, "O": 2}, "Dom": {"C": 1, "H": 1.3, "O": 0.6, "N": 0.05},
    "microbe": {"C": 1, "H": 1.8, "O": 0.5, "N": 0.2}, "enzyme": {"C": 1, "H": 1.58, "O": 0.31, "N": 0.27},
    "ferrihydrite": {"Fe": 1, "O": 3, "H": 3},
}  # fmt: skip
SUBSTRATES = {
    "sugar": ("Glc", 6), "oxalate": ("H2Ox", 2), "catechol": ("H2Cat", 6), "dissolved_organic_matter": ("Dom", 1)
}  # fmt: skip
"""class → component and carbon in it"""
EXUDED = {**SUBSTRATES, "quinone": ("Qui", 6)}


def balanced(known: Mapping[str, float], *free: str) -> dict[str, float]:
    """The reaction with the coefficients of `free` that keep every element and the charge."""
    return dict(_balanced(tuple(known.items()), free))


@cache
def _balanced(known: tuple[tuple[str, float], ...], free: tuple[str, ...]) -> dict[str, float]:
    known = dict(known)
    elements = sorted({e for s in (*known, *free) for e in ATOMS[s]})
    count = lambda s: np.array([ATOMS[s].get(e, 0.0) for e in elements])  # noqa: E731
    left = -sum(n * count(s) for s, n in known.items())
    n, *_ = np.linalg.lstsq(np.array([count(s) for s in free]).T, left, rcond=None)
    made = dict(known)
    for s, k in zip(free, n, strict=True):
        made[s] = made.get(s, 0.0) + k
    assert abs(sum(k * count(s) for s, k in made.items())).max() < 1e-12
    return made


def limit(x, half):
    """x/(x + K), zero below zero and smooth there (x²/(x² + K(x + K/10,000)))."""
    y = np.maximum(x, 0.0)
    return y * y / (y * y + half * (y + 1e-4 * half))


def eased(x):
    """x above 0.05, 0 below 0, smooth in between."""
    y = np.maximum(x, 0.0)
    s = np.minimum(y, 0.05)
    return y - s + s * s * (0.1 - s) / 0.0025


@dataclass
class WholeModel:
    """Numbers of one scenario and the equations over them."""

    p: Mapping[str, float]
    """parameters by name, as the package lists them"""
    water: object
    """species of the water: components, species, nu, ln_k, charges, curves, slopes, phases"""
    exchangers: Mapping[str, tuple[Mapping[str, float], str]]
    """name → (cation → log10 K, name of the capacity)"""
    theta: float
    air: float
    density: float
    inner: float
    outer: float
    faces: np.ndarray
    diffusion: Mapping[str, float]
    """name of a mobile → m2/s in the soil as a whole"""
    uptake: float
    """m3 of water per s and m of root, at noon"""
    guess: np.ndarray | None = field(default=None)

    def __post_init__(self):
        self.components = list(self.water.components)
        self.at = {c: i for i, c in enumerate(self.components)}
        self.cells = len(self.faces) - 1
        self.volume = np.pi * np.diff(self.faces**2)
        inner, outer = self.faces[:-1], self.faces[1:]
        self.centre = 2 / 3 * (outer**2 + outer * inner + inner**2) / (outer + inner)
        self.root_area = np.zeros(self.cells)
        self.root_area[0] = 2 * np.pi * self.faces[0] / self.volume[0]
        self.mobile = [*self.components, *GASES]

    # equilibria -----------------------------------------------------------------------------------------------

    def ln_gamma(self, ionic):
        """[cell, species] after Debye and Hückel with the linear terms of the database, Davies for the others."""
        s, root = self.water, np.sqrt(ionic)[:, None]
        a, b = s.slopes.a, s.slopes.b
        z2 = np.array([c.z2 for c in s.curves])
        size = np.array([1 / b if c.size is None else c.size for c in s.curves])
        linear = np.array([0.3 * a * c.davies + c.slope for c in s.curves])
        return LN10 * (-a * z2 * root / (1 + b * size * root) + linear * ionic[:, None])

    def equilibria(self, stored):
        """Activities, molalities and exchanged amounts that hold `stored` [component, cell] mol per m3 of soil."""
        s, n = self.water, len(self.components)
        groups = [(list(c), np.array([k * LN10 for k in c.values()]), self.p[q]) for c, q in self.exchangers.values()]
        x = self.guess
        for _ in range(60):
            residual, slope, m, held = self.mismatch(x, stored, s, n, groups)
            step = np.linalg.solve(slope, -residual[:, :, None])[:, :, 0]
            step *= np.minimum(1.0, 2.0 / np.abs(step).max(axis=1, keepdims=True))
            x = x + step
            if np.abs(step).max() < 1e-8:  # the next step would be its square
                break
        assert np.abs(step).max() < 1e-8, "Newton's method did not settle"
        self.guess = x
        _, _, m, held = self.mismatch(x, stored, s, n, groups)
        return x[:, :n].T, m.T, np.exp(x[:, -1]), held

    def mismatch(self, x, stored, s, n, groups):
        """What is stored less what the activities x would store, relative; its slope; molalities; exchanged [cell]."""
        size, width = len(x), n + len(groups) + 1
        ionic = np.exp(x[:, -1])
        ln_gamma = self.ln_gamma(ionic)
        step = 1e-6
        gamma_slope = (self.ln_gamma(ionic * (1 + step)) - self.ln_gamma(ionic * (1 - step))) / (2 * step)
        ln_activity = s.ln_k + x[:, :n] @ s.nu.T
        m = np.exp(ln_activity - ln_gamma)
        residual, slope = np.zeros((size, width)), np.zeros((size, width, width))
        liquid = 1000 * self.theta
        total = liquid * m @ s.nu
        slope[:, :n, :n] = liquid * np.einsum("ki,ij,il->kjl", m, s.nu, s.nu)
        slope[:, :n, -1] = -liquid * np.einsum("ki,ki,ij->kj", m, gamma_slope, s.nu)
        held = {}
        for g, (cations, ln_k, capacity) in enumerate(groups, n):
            charge = np.array([CHARGE[c] for c in cations])
            where = [self.at[c] for c in cations]
            beta = np.exp(ln_k + x[:, where] + charge * x[:, g : g + 1])
            amount = self.density * capacity * beta / charge
            held[g - n] = (cations, amount)
            for k, i in enumerate(where):
                total[:, i] += amount[:, k]
                slope[:, i, i] += amount[:, k]
                slope[:, i, g] += amount[:, k] * charge[k]
                slope[:, g, i] += beta[:, k]
                slope[:, g, g] += beta[:, k] * charge[k]
            residual[:, g] = beta.sum(axis=1) - 1
        weight = 1 / np.maximum(np.abs(stored.T), liquid * (m @ np.abs(s.nu)))
        residual[:, :n] = (total - stored.T) * weight
        slope[:, :n] *= weight[:, :, None]
        z2 = s.charges**2
        residual[:, -1] = (ionic - 0.5 * m @ z2) / ionic
        slope[:, -1, :n] = -0.5 * np.einsum("ki,i,ij->kj", m, z2, s.nu) / ionic[:, None]
        slope[:, -1, -1] = 0.5 * (m @ z2) / ionic + 0.5 * np.einsum("ki,ki,i->k", m, gamma_slope, z2) / ionic
        return residual, slope, m, held

    # rates ----------------------------------------------------------------------------------------------------

    def hot(self, energy):
        """Arrhenius factor relative to 25 °C."""
        return np.exp(energy / GAS * (1 / REFERENCE - 1 / self.p["temperature"]))

    def processes(self, t, total, gas, solid, ln_a, m, ionic):
        """Every process as (what it changes, rate, association and mechanism or None)."""
        p, rho = self.p, self.density
        name = {species: i for i, species in enumerate(self.water.species)}
        ln = {c: ln_a[i] for c, i in self.at.items()}
        free = lambda species: m[name[species]]  # noqa: E731
        positive = {k: np.maximum(v, 0.0) for k, v in total.items()}
        carbon = {a: np.maximum(solid[a], 0.0) * rho for a in ASSOCIATIONS}
        ln_co2 = self.water.ln_k[name["CO2"]] + ln["CO3-2"] + 2 * ln["H+"]
        saturation = {
            "ferrihydrite": ln["Fe+3"] - 3 * ln["H+"] - self.water.phases["Ferrihydrite"][1],
            "gibbsite": ln["Al+3"] - 3 * ln["H+"] - self.water.phases["Gibbsite"][1],
        }
        area = {
            k: np.maximum(solid[k], 0.0) * MOLAR_MASS[k] * rho * p[f"{k}.specific_surface_area"] for k in MOLAR_MASS
        }
        capacity = {k: p[f"{k}.sorption_capacity"] * area[k] for k in area}
        covering = {"ferrihydrite": carbon[SORBED] + carbon[TRAPPED]}
        covering["gibbsite"] = carbon[HELD_LOOSELY] + carbon[LAYERED]
        bare = {k: area[k] * capacity[k] / (capacity[k] + p["blocking.strength"] * covering[k] + 1e-12) for k in area}
        under = {k: eased(1 - np.exp(np.minimum(saturation[k], 0.0))) for k in area}
        metal = {"ferrihydrite": "Fe+3", "gibbsite": "Al+3"}
        of = {"ferrihydrite": (SORBED, TRAPPED), "gibbsite": (HELD_LOOSELY, LAYERED)}
        found = []

        def frees(association, mechanism, rate):
            found.append(({association: -1.0, "Dom": 1.0}, rate, (association, mechanism, -1)))

        def binds(association, mechanism, rate):
            found.append(({association: 1.0, "Dom": -1.0}, rate, (association, mechanism, 1)))

        def dissolves(mineral, mechanism, rate, change=None):
            found.append((change or {mineral: -1.0, "H+": -3.0, metal[mineral]: 1.0}, rate, None))
            for association in of[mineral]:
                lost = rate / np.maximum(solid[mineral], p["vanishing.mineral"])
                frees(association, mechanism, lost * np.maximum(solid[association], 0.0))

        # dissolution by protons, water, hydroxide; by oxalate on protonated hydroxyls
        cover = limit(positive["H2Ox"], p["ligand_dissolution.half_cover"])
        cover = cover / (1 + np.exp(-LN10 * p["ligand_dissolution.surface_acidity"] - ln["H+"]))
        for k in MOLAR_MASS:
            per_area = sum(
                p[f"{k}.rate_{q}"] * self.hot(p[f"{k}.activation_energy_{q}"])
                * np.exp(0.0 if q == "neutral" else p[f"{k}.order_{q}"] * ln["H+"])
                for q in ("acid", "neutral", "base")
            )  # fmt: skip
            reactive = bare[k] * p[f"{k}.reactive_share"]
            dissolves(k, "proton_dissolution", reactive * per_area * under[k])
            by_ligand = self.hot(p["ligand_dissolution.activation_energy"]) * p[f"{k}.rate_ligand"] * cover
            dissolves(k, "ligand_dissolution", reactive * by_ligand * under[k])

        # reduction of ferrihydrite: by catechol, and by microbes on three donors
        distance = saturation["ferrihydrite"] + ln["Fe+2"] - ln["Fe+3"] - LN10 * p["couple.iron"]
        phenol = 0.5 * (ln["Qui"] - ln["H2Cat"]) + ln["H+"] + LN10 * p["reductive_dissolution_abiotic.quinone_couple"]
        drive = eased(1 - np.exp(np.minimum(distance + phenol, 0.0)))
        rate = p["ferrihydrite.rate_reductant"] * limit(total["H2Cat"], p["reductive_dissolution_abiotic.half_cover"])
        change = balanced({"ferrihydrite": -1}, "Fe+2", "H2Cat", "Qui", "H+", "H2O")
        dissolves("ferrihydrite", "reductive_dissolution_abiotic", bare["ferrihydrite"] * rate * drive, change)
        own = {k: p[f"reductive_dissolution_microbial.{k}"] for k in (
            "oxygen_inhibition", "activation_energy", "inhibition_order", "rate_constant", "half_surface",
            "donor_couple", "membrane_potential", "half_donor",
        )}  # fmt: skip
        living = sum(np.maximum(solid[g], 0.0) for g in GUILDS) * rho
        calm = (own["oxygen_inhibition"] / (own["oxygen_inhibition"] + positive["O2"])) ** own["inhibition_order"]
        vigour = own["rate_constant"] * self.hot(own["activation_energy"]) * living * calm
        vigour = vigour * limit(bare["ferrihydrite"], own["half_surface"])
        together = 0.0
        for donor, atoms in (("Glc", 6), ("H2Ox", 2), ("Dom", 1)):
            gain = 0.25 * ln_co2 + ln["H+"] - ln[donor] / (4 * atoms) + LN10 * own["donor_couple"]
            cost = FARADAY_R * own["membrane_potential"] / p["temperature"]
            paid = 1 / (1 + np.exp(np.minimum(distance + gain + cost, 60.0)))
            rate = vigour * limit(total[donor], own["half_donor"]) * paid
            found.append((balanced({"ferrihydrite": -1}, "Fe+2", donor, "CO2", "NH4+", "H+", "H2O"), rate, None))
            together = together + rate
        for a in of["ferrihydrite"]:
            lost = together / np.maximum(solid["ferrihydrite"], p["vanishing.mineral"])
            frees(a, "reductive_dissolution_microbial", lost * np.maximum(solid[a], 0.0))

        # quinone adds to what contains nitrogen; CO2 that a reaction needs has to be there
        carbonate_left = limit(total["CO3-2"], 1e-4)
        left = np.maximum(total["Qui"] - p["reductive_dissolution_abiotic.least_quinone"], 0.0)
        partners = limit(total["NH4+"], p["reductive_dissolution_abiotic.half_ammonium"])
        rate = p["reductive_dissolution_abiotic.quinone_coupling"] * self.theta * left * partners * carbonate_left
        found.append((balanced({"Qui": -1}, "Dom", "CO2", "NH4+", "H+", "H2O"), rate, None))

        # desorption: exchange by oxalate, by ions, falling apart, and the two ways of sorption
        exchange = p["ligand_exchange.rate_constant"] * limit(positive["H2Ox"], p["ligand_exchange.half_cover"])
        frees(SORBED, "ligand_exchange", exchange / 2 * carbon[SORBED])  # bound by two contacts
        ions = limit(positive["H2Ox"] + positive["PO4-3"], p["ion_exchange.half_saturation"])
        ions = ions + limit(ionic, p["ion_exchange.half_ionic_strength"])
        frees(HELD_LOOSELY, "ion_exchange", p["ion_exchange.rate_constant"] * carbon[HELD_LOOSELY] * ions)
        apart = 1 / (1 + np.exp(p["dispersion.spread"] * (LN10 * p["dispersion.acidity"] + ln["H+"])))
        apart = apart + limit(positive["H2Ox"], p["dispersion.half_saturation"])
        screened = 1 + ionic / p["dispersion.screening"]
        bridged = 1 + (free("Ca+2") + free("Al+3") + free("Fe+3")) / p["dispersion.bridging"]
        frees(LAYERED, "dispersion", p["dispersion.rate_constant"] * apart / screened / bridged * carbon[LAYERED])
        stronger = np.exp(-p["sorption_disequilibrium.acid_slope"] * (-ln["H+"] / LN10 - 7.0))
        warm = self.hot(p["sorption_disequilibrium.activation_energy"])
        reversible = ((SORBED, "inner_sphere", 2), (HELD_LOOSELY, "outer_sphere", 1), (LAYERED, "hydrophobic", 1))
        for a, bond, contacts in reversible:
            mineral = a.split("/")[0]
            on_surface = carbon[SORBED] if mineral == "ferrihydrite" else carbon[HELD_LOOSELY] + carbon[LAYERED]
            off = p[f"sorption_disequilibrium.desorption_{bond}"] * warm / contacts
            room = np.maximum(capacity[mineral] - on_surface, 0.0)
            binds(a, "sorption_disequilibrium", off * p[f"{a}.affinity"] * stronger * positive["Dom"] * room)
            frees(a, "sorption_disequilibrium", off * carbon[a])

        # fresh ferrihydrite and what it traps
        over = eased(1 - np.exp(-np.maximum(saturation["ferrihydrite"], 0.0)))
        grown = p["coprecipitation.rate_constant"] * area["ferrihydrite"] * over
        found.append(({"ferrihydrite": 1.0, "H+": 3.0, "Fe+3": -1.0}, grown, None))
        reach = limit(total["Dom"], p["coprecipitation.half_saturation"])
        binds(TRAPPED, "coprecipitation", grown * p["coprecipitation.carbon_to_mineral"] * reach)

        # enzymes, radicals and the oxide itself cut
        enzyme = np.maximum(solid["enzyme"], 0.0) * rho
        access = {SORBED: "access_monolayer", TRAPPED: "access_hidden", HELD_LOOSELY: "access_monolayer",
                  LAYERED: "access_outer_layer"}  # fmt: skip
        near = {a: p[f"enzymatic_depolymerization.{k}"] * carbon[a] for a, k in access.items()}
        below = p["enzymatic_depolymerization.affinity"] + sum(near.values()) + enzyme
        below = below + sum(area.values()) * p["enzymatic_depolymerization.mineral_affinity"]
        speed = p["enzymatic_depolymerization.turnover"] * self.hot(p["enzymatic_depolymerization.activation_energy"])
        for a in ASSOCIATIONS:
            frees(a, "enzymatic_depolymerization", speed * enzyme * near[a] / below)
        oxidized = sum(
            p[f"iron_oxidation.{k}"] / MINUTE * free(s) * 1000
            for s, k in (("Fe+2", "constant_free"), ("FeOH+", "constant_first"), ("Fe(OH)2", "constant_second"))
        )
        oxidized = self.theta * oxidized * positive["O2"] / 0.258 * limit(total["Fe+2"], p["iron_oxidation.least"])
        found.append(({"Fe+2": -1.0, "O2": -0.25, "H+": -1.0, "Fe+3": 1.0}, oxidized, None))
        exposed = (SORBED, HELD_LOOSELY, LAYERED)
        shared = sum(np.maximum(solid[a], 0.0) for a in exposed) + p["vanishing.association"]
        for a in exposed:
            cut = p["oxidant_depolymerization.carbon_per_iron"] * oxidized
            frees(a, "oxidant_depolymerization", cut * np.maximum(solid[a], 0.0) / shared)
        change = balanced({"ferrihydrite": -0.1, "Dom": -1.0}, "Fe+2", "Dom", "CO2", "H+", "H2O", "NH4+")
        change = {**change, "Dom": change["Dom"] + 1.0, SORBED: -1.0}  # held and dissolved have one make-up
        rate = p["ferrihydrite.rate_catalysis"] * carbon[SORBED] * limit(bare["ferrihydrite"], 1.0)
        found.append((change, rate, (SORBED, "mineral_catalysis", -1)))

        found += self.life(total, solid, ln, ionic, carbonate_left, living, enzyme)
        found += self.gases(total, gas, free)
        found += self.root(t, total)
        return found

    def life(self, total, solid, ln, ionic, carbonate_left, living, enzyme):
        """Growth on four substrates, enzymes, breath, death; nitrifiers; the decay of debris."""
        p, found = self.p, []
        own = {k: p[f"microbial_life.{k}"] for k in ("least", "half_oxygen", "half_nitrogen", "enzyme_decay")}
        warm = self.hot(p["microbial_life.activation_energy"])
        breath, rot = ("O2", "CO2", "NH4+", "H+", "H2O"), ("Dom", "CO2", "NH4+", "H+", "H2O")
        rename = lambda change, guild: {guild if k == "microbe" else k: v for k, v in change.items()}  # noqa: E731
        for g in GUILDS:
            alive = np.maximum(solid[g], 0.0) * self.density * warm
            air = limit(total["O2"], own["half_oxygen"])
            acid = np.exp(LN10 * p[f"{g}.acid_stress"] + ln["H+"])
            base = np.exp(-LN10 * p[f"{g}.alkaline_stress"] - ln["H+"])
            comfort = 1 / ((1 + acid + base) * (1 + ionic / p[f"{g}.salt_stress"]))
            for organic, (c, atoms) in SUBSTRATES.items():
                reach = limit(np.maximum(total[c] - own["least"], 0.0), p[f"{organic}.uptake_half_saturation"])
                eaten = p[f"{g}.uptake"] * alive * air * comfort * p[f"{organic}.availability"] * reach
                if c == "Dom":
                    eaten = eaten * p[f"{g}.dissolved_availability"]
                missing = 0.75 if c == "Dom" else 1.0  # of the nitrogen of biomass, C:N 5, the substrate lacks
                fed = 1 - missing + missing * limit(total["NH4+"], own["half_nitrogen"])
                built = p[f"{g}.yield_share"] * p[f"{organic}.largest_yield"] * fed * eaten
                made = p[f"{g}.enzyme_share"] * built
                take = {c: -1 / atoms}
                build = ("O2", "NH4+", "H+", "H2O")
                found.append((balanced({**take, "enzyme": 1.0}, *build), made, None))
                found.append((rename(balanced({**take, "microbe": 1.0}, *build), g), built - made, None))
                found.append((balanced(take, *breath), eaten - built, None))
            upkeep, dying = p[f"{g}.maintenance"] * alive * air, p[f"{g}.death"] * alive * carbonate_left
            found.append((rename(balanced({"microbe": -1.0}, *breath), g), upkeep, None))
            found.append((rename(balanced({"microbe": -1.0}, *rot), g), dying, None))
        found.append((balanced({"enzyme": -1.0}, *rot), own["enzyme_decay"] * enzyme * carbonate_left, None))
        rate = p["nitrification.rate_constant"] * self.hot(p["nitrification.activation_energy"]) * living
        rate = rate * limit(total["NH4+"], p["nitrification.half_ammonium"])
        rate = rate * limit(total["O2"], p["nitrification.half_oxygen"])
        found.append(({"NH4+": -1.0, "O2": -2.0, "NO3-": 1.0, "H+": 2.0}, rate, None))
        debris = np.maximum(solid["particulate"], 0.0) * self.density
        rate = p["particulate_decay.rate_constant"] * self.hot(p["particulate_decay.activation_energy"]) * debris
        rate = rate * limit(solid["enzyme"] * self.density, p["particulate_decay.half_enzyme"])
        found.append(({"particulate": -1.0, "Dom": 1.0}, rate, None))
        return found

    def gases(self, total, gas, free):
        """Between air and water, and between the soil's air and the atmosphere."""
        open_way = self.air ** (10 / 3) / (self.air + self.theta) ** 2
        p, found = self.p, []
        thermal = GAS_ATM * p["temperature"]
        species = list(self.water.species)
        for molecule, pressure in (("O2", "oxygen_pressure"), ("CO2", "carbon_dioxide_outside")):
            henry = np.exp(self.water.phases[f"{molecule}(g)"][1] + self.water.ln_k[species.index(molecule)])
            gap = henry * gas[f"{molecule}(g)"] * thermal - free(molecule)
            found.append((
                {f"{molecule}(g)": -1.0, molecule: 1.0}, self.theta * p["gas_exchange.transfer"] * 1000 * gap, None
            ))  # fmt: skip
            fresh = p[f"gas_exchange.{pressure}"] / thermal - gas[f"{molecule}(g)"]
            found.append(({f"{molecule}(g)": 1.0}, p["gas_exchange.renewal"] * open_way * fresh, None))
        return found

    def root(self, t, total):
        """What crosses the root surface."""
        p, found = self.p, []
        q = {k: p[f"root_activity.{k}"] for k in (
            "age_of_suberization", "age", "width_of_suberization", "old_share", "night_share", "enough_phosphorus",
            "hunger", "proton_share", "half_oxygen", "half_nutrient",
        )}  # fmt: skip
        late = (t / DAY - q["age_of_suberization"] + q["age"]) / q["width_of_suberization"]
        zone = q["old_share"] + (1 - q["old_share"]) / (1 + np.exp(late))
        light = max(np.sin((t / DAY - 0.25) * 2 * np.pi), 0.0)
        day = q["night_share"] + (1 - q["night_share"]) * light
        for organic, (c, atoms) in EXUDED.items():
            rate = p[f"root.exudation_{organic}"] * day * zone * self.root_area / atoms
            if c == "H2Ox":
                rate = rate * (1 + q["hunger"] * (1 - limit(total["PO4-3"], q["enough_phosphorus"])))
                found.append(({"H+": -1.0, "K+": 1.0}, (1 - q["proton_share"]) * 2 * rate, None))
            found.append(({c: 1.0}, rate, None))
        breath = p["root.respiration"] * limit(total["O2"], q["half_oxygen"]) * self.root_area
        found.append(({"O2": -1.0, "CO2": 1.0}, breath, None))
        for c, protons in (("NH4+", 1), ("K+", 1), ("NO3-", -1), ("PO4-3", -3)):
            rate = p[f"root.uptake_{c}"] * limit(total[c], q["half_nutrient"]) * zone * self.root_area
            found.append(({c: -1.0, "H+": float(protons)}, rate, None))
        rate = p["root.proton_release"] * limit(total["Ca+2"], q["half_nutrient"]) * zone * self.root_area
        found.append(({"Ca+2": -0.5, "H+": 1.0}, rate, None))
        return found

    # transport ------------------------------------------------------------------------------------------------

    def transported(self, t, name, c):
        """What diffusion and the flow of water to the root bring into each cell, mol per m3 soil and second."""
        flux = np.zeros(self.cells + 1)  # outwards through each face, mol per s and m of root
        for i in range(1, self.cells):
            half = np.log(self.faces[i] / self.centre[i - 1]) + np.log(self.centre[i] / self.faces[i])
            conductance = 2 * np.pi * self.diffusion[name] / half
            flux[i] = conductance * (c[i - 1] - c[i])
            if name not in GASES:
                behind = (self.outer**2 - self.faces[i] ** 2) / (self.outer**2 - self.inner**2)
                inward = self.uptake * behind * max(np.sin((t / DAY - 0.25) * 2 * np.pi), 0.0)
                share = (self.centre[i] - self.faces[i]) / (self.centre[i] - self.centre[i - 1])
                full = self.uptake * behind
                share = min(share, conductance / full) if full > 0 else share
                flux[i] -= inward * (share * c[i - 1] + (1 - share) * c[i])
        return -np.diff(flux) / self.volume

    # the balances ---------------------------------------------------------------------------------------------

    def slope(self, t, y):
        """d/dt of everything that is kept: dissolved with exchanged, gases, solids, and the sum of what was moved."""
        n, k = len(self.components), self.cells
        stored = y[: n * k].reshape(n, k)
        gas = dict(zip(GASES, y[n * k : (n + 2) * k].reshape(2, k), strict=True))
        solid = dict(zip(SOLIDS, y[(n + 2) * k : (n + 2 + len(SOLIDS)) * k].reshape(-1, k), strict=True))
        ln_a, m, ionic, held = self.equilibria(stored)
        total = dict(zip(self.components, stored.copy(), strict=True))
        for cations, amount in held.values():
            for j, c in enumerate(cations):
                total[c] = total[c] - amount[:, j]
        total = {c: v / self.theta for c, v in total.items()}
        change = {c: self.transported(t, c, total[c]) for c in self.components}
        change |= {g: self.transported(t, g, gas[g]) for g in GASES} | {s: np.zeros(k) for s in SOLIDS}
        moved = np.zeros((len(self.ledger), k))
        for what, rate, entry in self.processes(t, total, gas, solid, ln_a, m, ionic):
            for species, nu in what.items():
                if species == "CO2":
                    change["CO3-2"] = change["CO3-2"] + nu * rate
                    change["H+"] = change["H+"] + 2 * nu * rate
                elif species != "H2O":
                    change[species] = change[species] + nu * rate
            if entry is not None:
                moved[self.ledger.index(entry)] += rate
        out = [change[c] for c in self.components] + [change[g] / self.air for g in GASES]
        out += [change[s] / self.density for s in SOLIDS] + [moved @ self.volume]
        return np.concatenate(out)

    def start(self, begin):
        """The vector of state from concentrations [cell] by name; remembers the activities for Newton's method."""
        ln = [begin[f"ln:{c}"] for c in self.components] + [begin[f"ln:site@{e}"] for e in self.exchangers]
        self.guess = np.array([*ln, np.log(begin["ionic_strength"])]).T
        stored = {c: self.theta * begin[c] for c in self.components}
        for e, (cations, _) in self.exchangers.items():
            for c in cations:
                stored[c] = stored[c] + self.density * begin[f"{c}@{e}"]
        values = [*stored.values(), *(begin[g] for g in GASES), *(begin[s] for s in SOLIDS)]
        self.ledger = []
        now = ({x: begin[x] for x in names} for names in (self.components, GASES, SOLIDS))
        ln_a, m, ionic, _ = self.equilibria(np.array(list(stored.values())))
        self.ledger = sorted({entry for _, _, entry in self.processes(0.0, *now, ln_a, m, ionic) if entry is not None})
        return np.concatenate([*values, np.zeros(len(self.ledger))])

    def follow(self, begin, start, end, rtol):
        """Concentrations [cell] by name at the end, pH, and disrupted (−1) and formed (1) carbon, mol per m of root."""
        y = self.start(begin)
        size = np.where(y == 0, 1e-6, np.abs(y))
        alone = np.ones((len(y), len(y)))
        alone[:, -len(self.ledger) :] = 0  # nothing depends on the ledger
        run = solve_ivp(
            self.slope, (start, end), y, method="Radau", rtol=rtol, atol=1e-2 * rtol * size, jac_sparsity=alone
        )
        assert run.success, run.message
        return self.unpack(run.y[:, -1])

    def unpack(self, y):
        """Arrays by name from a vector of state."""
        n, k = len(self.components), self.cells
        stored = y[: n * k].reshape(n, k)
        ln_a, _, _, held = self.equilibria(stored)
        found = {"pH": -ln_a[self.at["H+"]] / LN10}
        for i, c in enumerate(self.components):
            found[c] = (stored[i] - sum(a[:, x.index(c)] for x, a in held.values() if c in x)) / self.theta
        rest = y[n * k : (n + 2 + len(SOLIDS)) * k].reshape(-1, k)
        found |= dict(zip((*GASES, *SOLIDS), rest, strict=True))
        return found, dict(zip(self.ledger, y[-len(self.ledger) :], strict=True))
