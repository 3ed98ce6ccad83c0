"""A spectrum as tables: one row a cell, and one row an association."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rhizolith.assessment.inventory import associations
from rhizolith.assessment.susceptibility import never
from rhizolith.knowledge import evidence

if TYPE_CHECKING:
    from rhizolith.assessment.spectrum import Spectrum


def cells(spectrum: Spectrum) -> Any:
    """One row an association × mechanism; ranks are percentiles among the soil's own cells."""
    import pandas as pd

    from rhizolith.assessment.spectrum import BANDS, QUANTILES

    rows = []
    for m, mechanism in enumerate(spectrum.mechanisms):
        excluded = never(mechanism)
        about = evidence.mechanism_table()[mechanism]
        for a, association in enumerate(spectrum.associations):
            rank, v = spectrum.ranks[:, a, m], spectrum.vulnerability[:, a, m]
            band, stable = band_of(rank)
            low, mid, high = np.quantile(rank, QUANTILES)
            s, e = (
                np.quantile(spectrum.susceptibility[:, a, m], QUANTILES),
                np.quantile(spectrum.exposure[:, m], QUANTILES),
            )
            rows.append(
                {
                    "association": association, "mechanism": mechanism, "family": about["family"],
                    "review_label": about["review_label"], "band": "excluded" if excluded[a] else BANDS[band],
                    "rank": mid, "rank_low": low, "rank_high": high, "rank_stability": stable,
                    "vulnerability": np.median(v), "vulnerability_low": np.quantile(v, 0.05),
                    "vulnerability_high": np.quantile(v, 0.95),
                    "susceptibility_low": s[0], "susceptibility": s[1], "susceptibility_high": s[2],
                    "exposure_low": e[0], "exposure": e[1], "exposure_high": e[2],
                    "strength": spectrum.why(association, mechanism).strength, "direct": about["direct_or_indirect"],
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def band_of(rank: np.ndarray) -> tuple[int, float]:
    """The fifth in which the middle of a cell's ranks lies, and the share of the samples that lie in it too."""
    fifths = np.minimum((rank * 5).astype(int), 4)
    band = min(int(np.median(rank) * 5), 4)
    return band, float((fifths == band).mean())


def stocks(spectrum: Spectrum) -> Any:
    """Carbon of each association with its 5 to 95 % range, the share of it, and the tendency to form."""
    import pandas as pd

    from rhizolith.assessment.spectrum import QUANTILES

    carbon = spectrum.inventory.carbon[0]
    share = carbon / np.maximum(carbon.sum(axis=1, keepdims=True), 1e-9)
    rows = []
    for a, (name, about) in enumerate(associations().items()):
        low, mid, high = np.quantile(carbon[:, a], QUANTILES)
        f = np.quantile(spectrum.formation[:, a], QUANTILES)
        rows.append(
            {
                "association": name, "label": about["label"], "carbon_low": low, "carbon": mid, "carbon_high": high,
                "unit": "g C per kg soil", "share_low": np.quantile(share[:, a], 0.05), "share": np.median(share[:, a]),
                "share_high": np.quantile(share[:, a], 0.95), "formation_low": f[0], "formation": f[1],
                "formation_high": f[2], "grade": about["grade"], "loading_source": about["source"],
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
