"""What a run went through, and the sentences in which it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FINISHED = "finished"
STOPPED = "stopped on request"
INTERRUPTED = "stopped by the user"
TOO_SMALL = "step too small"
TOO_MANY = "too many steps"
NOT_FINITE = "not finite"
BY_STATUS = {1: FINISHED, 2: TOO_SMALL, 3: TOO_MANY, 4: NOT_FINITE}

ADVICE = {
    FINISHED: "",
    STOPPED: "the condition to stop was met; what was reached is kept",
    INTERRUPTED: "what was reached is kept; run again with a shorter duration or fewer cells",
    TOO_SMALL: "the named unknown changes faster than any step can follow: look at its rate laws (limit() where it can "
    "vanish) and at its initial value",
    TOO_MANY: "try a looser tolerance or a larger max_steps; the named unknown limits the steps",
    NOT_FINITE: "a rate law gives no finite number for the named unknown: use limit(), where() or maximum() around "
    "logarithms, powers and quotients",
}
"""Every outcome, and what to try."""


@dataclass
class Trajectory:
    """States and time integrals of every process at the times asked for."""

    times: Array
    y: Array
    """[time, unknown, cell]"""
    integrals: Array
    """[time, process, cell], per m³ soil"""
    outcome: str = FINISHED
    stopped_at: str = ""
    statistics: dict[str, float] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether the run reached its end."""
        return self.outcome == FINISHED

    @property
    def sentence(self) -> str:
        """The outcome, where, and what to try."""
        where = f" at {self.stopped_at}" if self.stopped_at else ""
        advice = ADVICE[self.outcome]
        return f"{self.outcome}{where}{': ' + advice if advice else ''}"
