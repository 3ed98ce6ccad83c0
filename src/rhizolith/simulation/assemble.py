"""A scenario becomes the equations of one cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rhizolith.chemistry.database import read_database
from rhizolith.chemistry.decouple import Decoupler
from rhizolith.chemistry.formula import elements
from rhizolith.chemistry.rows import AlgebraicRows, algebraic_rows, exchange_rows
from rhizolith.chemistry.speciation import Speciation, choose
from rhizolith.description.scenario import Scenario, Soil
from rhizolith.errors import InputError, Problem
from rhizolith.kernels import CellSystem, Expr, Graph, sqrt
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Association, Mineral, Organic, Scene
from rhizolith.mechanisms.registry import select
from rhizolith.mechanisms.stoichiometry import Reaction
from rhizolith.mechanisms.stoichiometry import assemble as reactions_of
from rhizolith.simulation.log_rows import log_rows
from rhizolith.simulation.place import Place
from rhizolith.simulation.used_up import ending
from rhizolith.simulation.vocabulary import BIOMASS, ENZYME, GASES, PARTICULATE, Words

BASE = (
    "Ca+2",
    "Mg+2",
    "Na+",
    "K+",
    "Cl-",
    "SO4-2",
    "CO3-2",
    "NH4+",
    "NO3-",
    "PO4-3",
    "H4SiO4",
    "Al+3",
    "Fe+2",
    "Fe+3",
    "O2",
)
PERMANENT = {"Ca+2": 0.8, "Mg+2": 0.6, "K+": 0.7, "Na+": 0.0, "NH4+": 0.6, "Al+3": 0.41, "Fe+2": 0.44}
"""log10 K of exchange relative to Na, phreeqc.dat (Appelo & Postma)."""
ACID_CLASSES = (3.0, 4.5, 6.0)
"""log10 K of H+ on acid groups relative to Na on the exchanger; three classes spread the buffering (assumed)."""
TYPICAL = {
    "Ca+2": 1.0, "Mg+2": 0.4, "K+": 0.2, "Na+": 0.3, "NH4+": 0.05, "NO3-": 0.5, "SO4-2": 0.3, "PO4-3": 2e-3,
    "H4SiO4": 0.2, "Cl-": 0.5, "Fe+2": 1e-4, "Mn+2": 1e-3, "Dom": 2.0, "Glc": 1e-3, "Ala": 1e-3, "H2Ox": 1e-3,
    "H3Cit": 1e-3, "H2Cat": 1e-3, "Qui": 1e-4, "H3Sid": 1e-4,
}  # fmt: skip
"""mol m⁻³ in the solution of a moist topsoil, where the soil's own was not measured (assumed, order of magnitude)."""
SLACK = 3e3
"""Scale of the logarithms that follow from totals, whose own error control keeps the amounts: at the usual tolerance
an error of 0.01, far inside the range in which one linear step mends it, even where a siderophore is used up by the
iron that it binds (our choice)."""
TRACE = 1e-10
"""mol m⁻³: below this a component counts as absent (numerical floor, 0.1 pM)."""
ATOMIC_MASS = {
    "H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Na": 22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085,
    "P": 30.974, "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca": 40.078, "Mn": 54.938, "Fe": 55.845,
}  # fmt: skip
"""g mol⁻¹ (IUPAC 2021, abridged)"""


@dataclass(frozen=True)
class Model:
    """Equations of a scenario with everything needed to start it and to read its result."""

    scenario: Scenario
    scene: Scene
    speciation: Speciation
    chemistry: AlgebraicRows
    system: CellSystem
    reactions: tuple[Reaction, ...]
    words: Words
    used: Mapping[str, Estimate]
    parameters: Mapping[str, float]
    exchangers: Mapping[str, tuple[dict[str, float], str]]
    """name → (cation → log10 K, parameter holding the capacity)"""


def molar_mass(formula: str) -> float:
    """kg mol⁻¹"""
    return sum(ATOMIC_MASS[e] * n for e, n in elements(formula).items()) / 1e3


def components_of(scenario: Scenario) -> list[str]:
    """Dissolved components that the scenario needs, organic ones last."""
    names = [*BASE, *(["Mn+2"] if "birnessite" in scenario.soil.minerals else [])]
    extra = [c for c in scenario.soil.solution if c not in names]
    return [*names, *extra, *(o.component for o in organics_of(scenario) if o.component not in names + extra)]


def organics_of(scenario: Scenario) -> tuple[Organic, ...]:
    """Organic classes: what the root exudes, what associations hold, what reactions make."""
    wanted = (
        set(scenario.organics) | {a.organic for a in scenario.soil.associations} | {"dissolved_organic_matter", "sugar"}
    )
    if "catechol" in wanted:
        wanted.add("quinone")
    found = []
    for name, row in tables.organics().items():
        if name in wanted:
            flags = {k: row[k] == "1" for k in ("strong_ligand", "siderophore", "reductant", "substrate", "polymer")}
            atoms = elements(row["formula"])
            found.append(Organic(name, row["component"], atoms["C"], atoms.get("N", 0.0), **flags))
    return tuple(found)


def particulate_carbon(soil: Soil) -> float:
    """mol C kg⁻¹ of organic matter that neither minerals nor microbes hold: what is left of the organic carbon."""
    return max(soil.organic_carbon - sum(a.carbon for a in soil.associations) - soil.biomass, 0.0)


def scene_of(scenario: Scenario, database: Any, components: list[str]) -> Scene:
    """What is present, with each mineral's dissolution written from the database."""
    decoupler = Decoupler(database)
    needed = {name: tables.minerals()[name]["phase"] for name in scenario.soil.minerals}
    missing = {name: phase for name, phase in needed.items() if phase not in database.phases}
    if missing:
        fix = "add it to the database, or leave `database` out to use the shipped ones"
        raise InputError(Problem("database", f"has no phase {p!r}, which {n} needs", fix) for n, p in missing.items())
    minerals = []
    for name in scenario.soil.minerals:
        row = tables.minerals()[name]
        made = decoupler.phase(row["phase"])
        if made is None:
            raise InputError(Problem("database", f"cannot write {row['phase']!r} in components", "define its species"))
        total = {**made.components, "H2O": made.water}
        left = " + ".join([name, *(f"{-n!r} {c}" for c, n in total.items() if n < 0)])
        right = " + ".join(f"{n!r} {c}" for c, n in total.items() if n > 0)
        minerals.append(
            Mineral(
                name,
                row["formula"],
                molar_mass(row["formula"]),
                f"{left} = {right}",
                row["phase"],
                row["metal"],  # type: ignore[arg-type]
                row["precipitates"] == "1",
            )
        )
    associations = tuple(
        Association(a.mineral, a.organic, a.bond, a.arrangement, a.denticity) for a in scenario.soil.associations
    )
    guilds = tuple(tables.guilds()) if scenario.soil.biomass > 0 else ()
    gases = tuple(GASES) if scenario.soil.porosity - scenario.soil.water_content > 1e-6 and scenario.open_to_air else ()
    return Scene(
        tuple(minerals),
        organics_of(scenario),
        associations,
        guilds,
        particulate_carbon(scenario.soil) > 0,
        scenario.root is not None,
        gases,
        tuple(["H+", *components]),
    )


class _Builder:
    """Collects unknowns, rows and mass entries of one cell."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.database = read_database(*(scenario.database or tables.DATABASES))
        names = components_of(scenario)
        self.scene = scene_of(scenario, self.database, names)
        phases = [tables.minerals()[m]["phase"] for m in scenario.soil.minerals] + [*GASES]
        self.speciation = choose(self.database, names, scenario.temperature, phases=phases)
        self.graph = Graph()
        self.rows: dict[str, Any] = {}
        self.mass: dict[tuple[str, str], Expr] = {}

    def build(self) -> Model:
        g, components = self.graph, self.speciation.components
        theta, air, density = (g.symbol(n) for n in ("water_content", "air_content", "bulk_density"))
        ln = [g.symbol(f"ln:{c}") for c in components]
        totals = [g.symbol(c) if c == "H+" else _present(g.symbol(c)) for c in components]
        chemistry = algebraic_rows(self.speciation, g, totals, ln, g.symbol("ionic_strength"))
        place = Place(g, chemistry, self.scenario.overrides())
        for a in self.scene.associations:
            place.aliases[a.name] = a.bond
        pools = {m.name: m.formula for m in self.scene.minerals}
        pools |= {a.name: tables.organics()[a.organic]["formula"] for a in self.scene.associations}
        pools = {**pools, **self._per_carbon(pools)}
        pools |= {"particulate": PARTICULATE} if self.scene.particulate else {}
        pools |= {guild: BIOMASS for guild in self.scene.guilds} | ({"enzyme": ENZYME} if self.scene.guilds else {})
        pools |= {gas: GASES[gas] for gas in self.scene.gases}
        words = Words(self.speciation, pools)
        mobile = [*components, *self.scene.gases]
        chosen = select(*self.scenario.mechanism_choice)
        reactions = ending(g, reactions_of(self.scene, chosen, place, words), mobile)
        zero = g.constant(0)
        kinetic = [p for p in pools if p not in GASES]
        self.rows = {name: zero for name in [*mobile, *kinetic]}
        for r in reactions:
            for unknown, n in r.unknowns.items():
                self.rows[unknown] = self.rows[unknown] + n * r.process.rate
        self.mass |= (
            {(c, c): theta for c in components}
            | {(x, x): air for x in self.scene.gases}
            | {(p, p): density for p in kinetic}
        )
        present = dict(zip(components, totals, strict=True))
        self.rows |= {f"ln:{c}": row for c, row in log_rows(chemistry, present).items()}
        self.rows["ionic_strength"] = chemistry.rows[-1]
        exchangers, values = self._exchangers(chemistry, place, density)
        return self._finish(mobile, chemistry, place, words, reactions, exchangers, values)

    def _per_carbon(self, pools: Mapping[str, str]) -> dict[str, str]:
        """Associations are counted per mol C: scale their class's formula."""
        scaled = {}
        for a in self.scene.associations:
            atoms = elements(pools[a.name])
            scaled[a.name] = "".join(f"{e}{n / atoms['C']:.17g}" for e, n in atoms.items())
        return scaled

    def _exchangers(
        self, chemistry: AlgebraicRows, place: Place, density: Expr
    ) -> tuple[dict[str, tuple[dict[str, float], str]], dict[str, float]]:
        soil, g = self.scenario.soil, self.graph
        kinds: dict[str, tuple[dict[str, float], Estimate]] = {}
        if soil.cec > 0:
            cations = {c: k for c, k in PERMANENT.items() if c in self.speciation.components}
            kinds["permanent"] = (cations, _capacity(soil, "cec", 1))
        if soil.acid_groups > 0:
            story = _capacity(soil, "acid_groups", len(ACID_CLASSES))
            for i, k in enumerate(ACID_CLASSES, 1):
                kinds[f"acid{i}"] = ({"H+": k, "Ca+2": PERMANENT["Ca+2"]}, story)
        found: dict[str, tuple[dict[str, float], str]] = {}
        values: dict[str, float] = {}
        for name, (cations, capacity) in kinds.items():
            site = g.symbol(f"ln:site@{name}")
            amounts = [g.symbol(f"{c}@{name}") for c in cations]
            held = place.use(f"{name}.capacity", capacity)
            local = exchange_rows(chemistry, cations, site, amounts, held, prefix=f"ln_k_exchange:{name}")
            self.rows[f"ln:site@{name}"] = local.rows[0]
            for c, row in zip(cations, local.rows[1:], strict=True):
                self.rows[f"{c}@{name}"] = row
                self.mass[c, f"{c}@{name}"] = density
            values |= local.parameters
            found[name] = (cations, f"{name}.capacity")
        return found, values

    def _finish(self, mobile, chemistry, place, words, reactions, exchangers, values) -> Model:  # type: ignore[no-untyped-def]
        names = [*mobile, *(n for n in self.rows if n not in mobile)]
        index = {n: i for i, n in enumerate(names)}
        parameters = {
            **chemistry.parameters,
            **values,
            **{k: e.value for k, e in place.used.items()},
            "temperature": self.scenario.temperature,
        }
        quadratures = {f"{r.process.name}#{i}": self.graph.lift(r.process.rate) for i, r in enumerate(reactions)}
        system = CellSystem(
            graph=self.graph, mobile=tuple(mobile), local=tuple(names[len(mobile) :]),
            rows=tuple(self.graph.lift(self.rows[n]) for n in names),
            mass={(index[a], index[b]): e for (a, b), e in self.mass.items()},
            parameters=tuple(parameters), cell_data=("water_content", "air_content", "bulk_density", "root_area"),
            scales=tuple(self._scale(n) for n in names), quadratures=quadratures,
            nonnegative=tuple(n != "H+" and not n.startswith("ln:") and "@" not in n for n in names),
            flow=self.graph.lift(place.forcing("transpiration")),
        )  # fmt: skip
        return Model(
            self.scenario,
            self.scene,
            self.speciation,
            chemistry,
            system,
            reactions,
            words,
            dict(place.used),
            parameters,
            exchangers,
        )

    def _scale(self, name: str) -> float:
        soil = self.scenario.soil
        if name.startswith("ln:"):
            return 1.0 if name == "ln:H+" else SLACK * min(1.0, 3e-4 / self.scenario.tolerance)
        if "@" in name:
            return max(soil.cec, soil.acid_groups, 1e-3)
        if name in soil.minerals:
            return max(soil.minerals[name], 1e-3)
        if name == "ionic_strength":
            return 1e-2
        if name == "enzyme" or name in self.scene.guilds:
            return max(soil.biomass, 1e-4)
        if "/" in name or name == "particulate":
            return 1e-2
        return 0.1


def _capacity(soil: Soil, key: str, classes: int) -> Estimate:
    """An exchanger's capacity with the story that the soil tells of it; one class of several holds its part."""
    value = getattr(soil, key) / classes
    told = soil.filled.get(key) or soil.evidence.get(key)
    if told is None or told.low == told.high:
        source = told.source if told and told.source else f"{key} of the soil's description"
        return Estimate(value, "mol/kg", 0.9 * value, 1.1 * value, told.grade if told else "measured", source)
    low, high = min(told.low / classes, value), max(told.high / classes, value)
    return Estimate(value, "mol/kg", low, high, told.grade, told.source, told.about)


def _present(total: Expr) -> Any:
    """A total that stays positive when a component is used up, so that its logarithm exists."""
    return 0.5 * (total + sqrt(total * total + TRACE * TRACE))


def assemble(scenario: Scenario) -> Model:
    """The equations of a scenario; ModelError when a mechanism does not balance."""
    return _Builder(scenario).build()
