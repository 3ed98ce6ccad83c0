"""How strong noise is, from a strip of masses that no molecule can have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CH2 = (14.0, 14.01565)  # nominal and exact mass (Da) of the Kendrick scale
SLOPE, LOW, HIGH = 0.0011232, 0.05, 0.2  # strip of the Kendrick mass defect between two lines over m/z; Hawkes2020
LEAST = 100  # peaks in the strip; Hawkes2020


@dataclass(frozen=True)
class Noise:
    """Noise of a peak list: `level` (geometric mean intensity of noise peaks), `peaks` in the strip it rests on."""

    level: float
    peaks: int

    @property
    def known(self) -> bool:
        """Whether enough noise peaks were found to trust the level."""
        return self.peaks >= LEAST

    def __str__(self) -> str:
        return f"{self.level:.4g} ({self.peaks} noise peaks)" if self.known else "not known: too few noise peaks"


def noise(mz: np.ndarray, intensity: np.ndarray) -> Noise:
    """The noise level of a peak list, from singly charged masses between the Kendrick defects of molecules.

    Strip: `0.0011232 m + 0.05 < nominal − Kendrick mass < 0.0011232 m + 0.2`, nominal by rounding. It means noise
    only in lists that were not cut off above it.
    """
    m, i = np.asarray(mz, float), np.asarray(intensity, float)
    defect = np.round(m) - m * CH2[0] / CH2[1]
    inside = (defect > SLOPE * m + LOW) & (defect < SLOPE * m + HIGH) & (i > 0)
    return Noise(float(np.exp(np.log(i[inside]).mean())) if inside.any() else float("nan"), int(inside.sum()))
