"""Which measured columns stand behind a computed one, so that two of them are not correlated as if independent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.errors import InputError, Problem


@dataclass(frozen=True)
class Derived:
    """A computed column: `inputs` are the columns that `compute` takes, in order, as arrays of one value per sample.

    Results on disk say what a column was made of, not how: it then has no `compute`.
    """

    name: str
    inputs: tuple[str, ...]
    compute: Callable[..., np.ndarray] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Ancestry:
    """Computed columns and what they are made of; inputs may be computed themselves."""

    derived: Mapping[str, Derived]

    @classmethod
    def of(cls, derived: Iterable[Derived]) -> Ancestry:
        """From a list of computed columns; InputError when one is its own ancestor or named twice."""
        found: dict[str, Derived] = {}
        problems = []
        for d in derived:
            if d.name in found:
                problems.append(Problem(f"column {d.name}", "is computed twice", "give the two different names"))
            found[d.name] = d
        ancestry = cls(found)
        problems += [
            Problem(f"column {n}", "is computed from itself", "break the circle")
            for n in found
            if ancestry._circle(n, ())
        ]
        if problems:
            raise InputError(problems)
        return ancestry

    @classmethod
    def of_results(cls, tree: xr.DataTree) -> Ancestry:
        """What `node/variable` of an analyzed experiment was made of, from the attribute `made_from`.

        `measured/SOC` is made of the measured column SOC; what names nothing it was made of is left out.
        """
        found = []
        for node, held in tree.children.items():
            for variable, values in held.to_dataset().data_vars.items():
                made = str(values.attrs.get("made_from", ""))
                if node == "measured" and not str(variable).endswith(("_sd", "_n")):
                    made = made or str(variable)
                if made:
                    found.append(Derived(f"{node}/{variable}", tuple(made.split(", "))))
        return cls.of(found)

    def measured(self, name: str) -> frozenset[str]:
        """The measured columns behind a column: itself, when it is measured."""
        if name not in self.derived:
            return frozenset([name])
        return frozenset().union(*(self.measured(i) for i in self.derived[name].inputs))

    def shared(self, a: str, b: str) -> frozenset[str]:
        """Measured columns that stand behind both."""
        return self.measured(a) & self.measured(b)

    def coupled(self, names: Iterable[str]) -> pd.DataFrame:
        """Every pair of `names` that shares ancestors: a, b, the ancestors, their share of the smaller set."""
        rows = []
        for a, b in combinations(list(dict.fromkeys(names)), 2):
            common = self.shared(a, b)
            if common:
                least = min(len(self.measured(a)), len(self.measured(b)))
                rows.append((a, b, ", ".join(sorted(common)), len(common) / least))
        return pd.DataFrame(rows, columns=["a", "b", "shared", "share"])

    def compute(self, name: str, measured: Mapping[str, np.ndarray]) -> np.ndarray:
        """Values of a column from the measured ones."""
        if name not in self.derived:
            if name not in measured:
                raise InputError(Problem(f"column {name}", "is neither measured nor computed", "check its name"))
            return np.asarray(measured[name], float)
        d = self.derived[name]
        if d.compute is None:
            raise InputError(Problem(f"column {name}", "was made in a way that is not known here", "compute it first"))
        return np.asarray(d.compute(*(self.compute(i, measured) for i in d.inputs)), float)

    def _circle(self, name: str, above: tuple[str, ...]) -> bool:
        """Whether a column comes back to itself."""
        if name in above:
            return True
        return name in self.derived and any(self._circle(i, (*above, name)) for i in self.derived[name].inputs)
