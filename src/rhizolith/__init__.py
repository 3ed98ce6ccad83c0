"""rhizolith: mineral-organic associations in the soil around roots, made and broken, mole by mole."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

# name → module that holds it. A name here is a promise; nothing is loaded before it is asked for.
_DOORS: dict[str, str] = {
    "Experiment": "rhizolith.description.experiment.experiment",
    "Scenario": "rhizolith.description.scenario",
    "Soil": "rhizolith.description.scenario",
    "Spectrum": "rhizolith.assessment.spectrum",
    "analyze": "rhizolith.analysis.experiment.analyze",
    "assess": "rhizolith.assessment.assess",
    "simulate": "rhizolith.simulation.run",
    "cite": "rhizolith.reporting",
    "report": "rhizolith.reporting",
}

__all__ = sorted([*_DOORS, "__version__"])


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"rhizolith has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)


def __dir__() -> list[str]:
    return __all__
