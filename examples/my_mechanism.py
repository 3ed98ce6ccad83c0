"""A mechanism of one's own, in one file: bicarbonate loosens what minerals hold electrostatically.

Run this file to see what it does in half a day in a soil of pH 8.3:  python examples/my_mechanism.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rhizolith.kernels import limit
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import carbon, freeing


@dataclass(frozen=True)
class BicarbonateExchange(Mechanism):
    """Bicarbonate takes the place of organic anions on outer-sphere sites, which go into solution.

    R = k A C/(C + K) (mol C m⁻³ soil s⁻¹), A outer-sphere carbon (mol C m⁻³ soil), C bicarbonate (mol m⁻³ of water).
    An example, not a finding: both numbers are guesses. Leaves out what the surface takes up of the bicarbonate.
    """

    name: ClassVar[str] = "bicarbonate_exchange"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(5e-8, "1/s", 5e-9, 5e-7, "half of ion exchange, for the sake of an example"),
        "half_saturation": assumed(2.0, "mol/m3", 0.2, 20.0, "about the bicarbonate of a calcareous soil"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One displacement per exposed outer-sphere association, where there is carbonate in the water."""
        if not scene.has("CO3-2"):
            return
        bicarbonate = here.molality("HCO3-") * 1000.0  # mol kg⁻¹ to mol m⁻³
        drive = limit(bicarbonate, self.parameter(here, "half_saturation"))
        for association in scene.associations:
            if association.bond == "outer_sphere" and association.exposed:
                rate = self.parameter(here, "rate_constant") * carbon(here, association) * drive
                yield freeing(scene, association, rate, self.name, "none")


if __name__ == "__main__":
    import rhizolith as rh
    from rhizolith.mechanisms.registry import load

    load(__file__)
    scenario = rh.Scenario.read(Path(__file__).with_name("calcareous_root.yaml"))
    run = rh.simulate(scenario, duration=43200.0, output_every=21600.0, cells=8)
    freed = run.disrupted.sel(mechanism="bicarbonate_exchange").isel(time=-1).sum()
    print(f"{run.attrs['outcome']} Bicarbonate set free {float(freed):.2e} mol C per m of root.")
