"""Workbooks of Excel 97 to 2003 open like those of today."""

import base64
import zlib

import pytest

from rhizolith.description.experiment.open_file import open_bytes
from rhizolith.errors import InputError

# Written once with xlwt 1.3.0 (BSD), no dependency, then zlib and base64: a sheet Soil with a merged title over
# Sample, pH, SOC (g/kg) and a formatted date, three lines of which one is below detection; a hidden sheet Plates with
# BG (nmol/g/h) of the same samples.
SAVED = """
eNrtWE1IVFEUPvfOm191HE0lDWQQMn+bNIIW6aRZBqFZLqwQamwGE8cZGd3UoiybZRC0KtoItojAatMPWdQmWgRGLYIg0KJVq6Cghfo657w744
y9wIESjHeGd9695+/dc893733z3swVzU/dr1iAVdQKNljW3eDIkAm83KmOD1Cv69RM3V146RZtKHK7sJAOOzwpeO2kGlK9F0DCPe0FcoBPePXD
KHTHYxH/OlI7jyEkaAwtQkPsSbiJlxfKeVzFzE8z38T8LtvOMt/LkivMW9B2XpyAuWB33W6F42OyinVe5AIess8HljRBKbwiHF+4KgxbO7Qlhk
LRDaao1PJhGrCknZFYJEH9QrgFHoDjSI1dXY0dHfNQguWehh+6H+B7al0/91vy9ZULQPnPbLnzD3IXFnG1/JrUACZAPyUIzEnIh36NNBr0xoei
SQT5ooOQ4YCeaGg8MrYIIdq9IY9t2Aj1vaGR0WgEATPGjTAuhtGDiJfew/v8NYOB4cFatA2jPyramog1I2tvQumeHdt3FWC7018TG4lHA4OBM7
UeOit4b/Fl7S0FvOLykYehkNtFvO58mNri7W9vuwZ6gidZMsHniXHqbKUUQYeL5IHOXtbYwUgToI496plf4qhbuF3BvAQt8V7dU6oaBybZ5jJr
q/E5O5neBbdltGuwnfx65FFl8nOwFtsznQvnSmbeB6egCk/BMPrTbxIaRIO4cZ3ocTB1F2p/+si8/Le9yiV9auy6OloLYYlWJ1IRZ2z0aHaInv
FcSJ4rQ2NT80aRhEkkkRVJcCRbukeRtHSPYtlVLGkSS3Isqt5T2KxqVu8hWTPvxN6XEmOQt83E28beTuVtY+++PJLdCWR7aybeGntT9ucl9ci7
TI1c4zzcaZ1NRfui8gfOtFUWwwNKAU+FFVoPfPIqZNuNik+5Bnx6MlAoTVHoUBUyUHhodgVp0hRpTmVvzP6AgDS2pCm2UugwsEWY5JqDWc0tss
giiyyyyCJQpzaoNzfjnZrOa6f6rrOE17L1meS/paMQx984/qXcDzG8J+BsTvgpA7tIxRJr9El9LyTqw6cnYBgGeBzDOeMX32NFZj5rdvT9vSWU
6/OXcxnnP37+L7wSKa0=
"""


def book() -> bytes:
    return zlib.decompress(base64.b64decode(SAVED))


def test_every_sheet_of_an_old_workbook_is_read():
    soil, plates = open_bytes(book(), "pots.xls")
    assert (soil.name, soil.kind, soil.samples) == ("pots.xls#Soil", "measurements", ["A1", "A2", "B1"])
    assert soil.values["pH"].tolist() == [6.5, 7.25, 5.0] and soil.units["SOC"] == "g kg-1"
    assert soil.values["SOC"].tolist() == [12, 30.5, 0.25]
    assert soil.about["date"].tolist() == ["2024-05-31"] * 3
    assert plates.values["BG"].tolist() == [120.5, 88, 12]
    assert [p.where for p in soil.problems] == ["pots.xls, sheet Soil, cell C5"]
    assert any("hidden" in p.what for p in plates.problems)


def test_the_ending_does_not_matter():
    assert [t.kind for t in open_bytes(book(), "pots.dat")] == ["measurements", "measurements"]


def test_a_cut_or_foreign_file_is_refused_in_words():
    with pytest.raises(InputError, match="damaged"):
        open_bytes(book()[:4000], "pots.xls")
    with pytest.raises(InputError, match="no workbook"):
        open_bytes(book().replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le")), "notes.doc")
    locked = book() + "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    with pytest.raises(InputError, match="password"):
        open_bytes(locked, "pots.xlsx")


@pytest.mark.parametrize("seed", range(40))
def test_changed_bytes_are_read_or_refused(seed):
    import random

    rng, raw = random.Random(seed), bytearray(book())
    for _ in range(rng.randint(1, 40)):
        raw[rng.randrange(8, len(raw))] = rng.randrange(256)
    try:
        tables = open_bytes(bytes(raw), "pots.xls")
    except InputError:
        return
    assert all(t.kind for t in tables)
