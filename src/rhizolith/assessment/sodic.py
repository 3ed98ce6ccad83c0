"""Where sodium acts on clay and organic matter: in water low in salt; much salt keeps them together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rhizolith.assessment.draws import Draws

ENOUGH_SALT = (1.0, 5.0)
"""dS m⁻¹ of the 1:5 extract: at the first sodium still acted in four soils, at the second not (claim Y-002)"""


def acting(
    traits: Mapping[str, np.ndarray], filled: Mapping[str, np.ndarray], draws: Draws
) -> Mapping[str, np.ndarray]:
    """The traits with `sodium`, each (soils, samples) on 0..1, as far as it acts: not beside much salt.

    How much is enough is drawn between `ENOUGH_SALT`; where nobody measured the conductivity, sodium acts to a share
    that is drawn from nothing to all.
    """
    if "sodium" not in traits:
        return traits
    place = traits["sodium"]
    salt = filled.get("EC_1to5", np.full_like(place, np.nan))
    enough = np.exp(draws.between("salt that keeps clay together", *np.log(ENOUGH_SALT)))
    unknown = draws.uniform("salt nobody measured")
    return {**traits, "sodium": place * np.where(np.isfinite(salt), salt < enough, unknown)}
