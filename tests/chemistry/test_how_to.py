"""The page on speciation runs as it stands."""

import re
from pathlib import Path

import numpy as np

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "speciate.md"


def test_the_code_of_the_page_runs():
    names: dict[str, object] = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(code, names)
    assert np.isfinite(names["water"].saturation("Gibbsite")).all()
    assert 7.2 < names["spring"].pH[0] < 7.4
    assert 0.2 < names["volts"]["Fe+3/Fe+2"] < names["volts"]["O2/H2O"] < 1.2
    assert 2 * names["moist"]["CaX2"] + names["moist"]["NaX"] < 0.05
    assert names["charged"].potential("Hfo")[0] > 0
