"""How the pore space slows diffusion: tortuosity of the water- and the air-filled pores."""

from __future__ import annotations

from typing import Any


def millington_quirk(filled: Any, porosity: Any) -> Any:
    """Solutes and gases take detours around solids and the other fluid: D/D0 = f^(10/3) / φ².

    `filled`: m³ of the fluid per m³ of soil; `porosity` φ: m³ m⁻³. Relative to the whole cross-section of the soil.
    Source: Millington & Quirk (1961), Trans. Faraday Soc. 57, 1200-1207.
    """
    return filled ** (10 / 3) / porosity**2


def moldrup(filled: Any, porosity: Any) -> Any:
    """Gas diffuses through repacked soil: D/D0 = ε^2.5 / φ^0.5 (water-induced linear reduction).

    `filled` ε: m³ of air per m³ of soil; `porosity` φ. For gases only.
    Source: Moldrup et al. (2000), Soil Sci. Soc. Am. J. 64, 1588-1594.
    """
    return filled**2.5 / porosity**0.5


def compacted(distance: Any, porosity: Any, loss: float, reach: float) -> Any:
    """A growing root pushes soil aside and lowers the porosity beside it: φ - loss·exp(-distance/reach).

    `distance`: m from the root surface; `loss`: m³ m⁻³ lost at the root surface; `reach`: m.
    """
    from numpy import exp

    return porosity - loss * exp(-distance / reach)
