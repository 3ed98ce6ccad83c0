"""Databases are read whole or refused whole: every bad line with its number, never another exception."""

import random
from pathlib import Path

import pytest

from rhizolith.chemistry import choose, read_database
from rhizolith.chemistry.database import SHIPPED
from rhizolith.errors import InputError

SMALL = """\
SOLUTION_MASTER_SPECIES
H    H+    -1.0  H    1.008
E    e-     0.0  0    0
O    H2O    0.0  O   16.0
Ca   Ca+2   0.0  Ca  40.08
C    CO3-2  2.0  HCO3 12.011
C(4) CO3-2  2.0  HCO3
SOLUTION_SPECIES
H+ = H+
 -gamma 9.0 0
H2O = H2O
Ca+2 = Ca+2
 -gamma 5.0 0.165
CO3-2 = CO3-2
H2O = OH- + H+
 log_k -14.0; delta_h 55.8 kJ
CO3-2 + H+ = HCO3-
 -analytical_expression 107.8871 0.03252849 -5151.79 -38.92561 563713.9
PHASES
Calcite
 CaCO3 = CO3-2 + Ca+2
 log_k -8.48
 -delta_h -2.297 kcal
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "mine.dat"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_small_database_is_read(written):
    db = read_database(written(SMALL))
    s = choose(db, ["Ca+2", "CO3-2"])
    log_k = dict(zip(s.species, s.ln_k / 2.302585092994046, strict=True))
    assert log_k["OH-"] == pytest.approx(-14.0, abs=1e-12)
    # Plummer & Busenberg 1982, the value of phreeqc.dat at 25 °C
    assert log_k["HCO3-"] == pytest.approx(10.329, abs=1e-3)
    assert s.phases["Calcite"][1] / 2.302585092994046 == pytest.approx(-8.48, abs=1e-12)


def test_enthalpy_shifts_log_k_with_temperature(written):
    """van 't Hoff by hand: Δ log K = −ΔH/(R ln 10) (1/T − 1/298.15)."""
    s = choose(read_database(written(SMALL)), ["Ca+2", "CO3-2"], 288.15)
    expected = -14.0 - 55.8 / (2.302585092994046 * 0.0083147) * (1 / 288.15 - 1 / 298.15)
    assert s.ln_k[s.species.index("OH-")] / 2.302585092994046 == pytest.approx(expected, abs=1e-10)


def test_every_bad_line_is_named_at_once(written):
    lines = SMALL.splitlines()
    lines[14] = "H2O + = OH- = H+"
    lines[17] = " -analytical_expression 1O7.9"
    lines[20] = " CaCO3 CO3-2 ="
    lines[22] = " -delta_h -2.297 kpeanut"
    with pytest.raises(InputError) as caught:
        read_database(written("\n".join(lines)))
    told = {p.where for p in caught.value.problems}
    assert {"mine.dat:15", "mine.dat:18", "mine.dat:23"} <= told
    assert all(p.fix for p in caught.value.problems)
    # what parses but is chemically wrong comes once all lines can be read
    lines = SMALL.splitlines()
    lines[16] = "CO3-2 + H+ = HCO3-2"
    lines[20] = " CaCO3 = CO3-2 + Cs+2"
    with pytest.raises(InputError) as caught:
        read_database(written("\n".join(lines)))
    text = str(caught.value)
    assert "mine.dat:17" in text and "charge" in text
    assert "mine.dat:21" in text and "Cs+2, which is defined nowhere" in text


def test_blocks_and_options_that_are_not_used_are_named(written):
    more = """PITZER
-B0
 B-(OH)-4 K+ 0.035
FUTURE_BLOCK
 whatever 1
PHASES
Gypsum2
 CaCO3 = CO3-2 + Ca+2
 log_k -4
 -sparkle 3
 -cd_music 1 0 0
 -Vm 36
"""
    db = read_database(written(SMALL + more))
    assert db.ignored == ["PITZER", "FUTURE_BLOCK (unknown)", "-sparkle in PHASES (unknown)", "-cd_music in PHASES"]
    assert "not used: PITZER" in repr(db)


def test_what_is_no_database_is_refused(tmp_path, written):
    for path in (tmp_path / "absent.dat", tmp_path, written(""), written("pH 7\n")):
        with pytest.raises(InputError):
            read_database(path)
    (tmp_path / "noise.dat").write_bytes(random.Random(1).randbytes(4000))
    with pytest.raises(InputError):
        read_database(tmp_path / "noise.dat")


def _spoiled(lines: list[str], rng: random.Random) -> list[str]:
    """A database with a few accidents of typing, pasting and encoding."""
    spoiled = list(lines)
    letters = "+-()[]{}=:;#\\ \t0123456789.eEHOCaFe²\x00é\x85\u2028_"
    for _ in range(rng.randint(1, 6)):
        i = rng.randrange(len(spoiled))
        line, at = spoiled[i], rng.randrange(len(spoiled[i]) + 1)
        words = line.split()
        rng.shuffle(words)
        accidents = (
            "", line[:at] + rng.choice(letters) + line[at:], line[:at] + line[at + rng.randint(1, 5) :],
            "".join(rng.choices(letters, k=30)), " ".join(words), rng.choice(spoiled), line.replace("1", "1e999"),
            line.replace("log_k", "log_k nan"),
        )  # fmt: skip
        spoiled[i] = rng.choice(accidents)
    return spoiled


def test_garbage_gives_problems_with_lines_and_never_another_exception(written):
    whole = (SHIPPED / "phreeqc.dat").read_text(encoding="utf-8").splitlines()
    heads = [
        i for i, line in enumerate(whole) if line.strip().isupper() and line.strip().endswith(("SPECIES", "PHASES"))
    ]
    rng, refused = random.Random(20), 0
    for k in range(300):
        lines = SMALL.splitlines() if k % 2 else [x for h in heads for x in whole[h : h + rng.randint(2, 60)]]
        path = written("\n".join(_spoiled(lines, rng)))
        try:
            read_database(path)
        except InputError as error:
            refused += 1
            # a file that holds no species at all has no line to point at
            assert all(p.where.startswith("mine.dat:") or "holds no" in p.what for p in error.problems), error
    assert refused > 100
