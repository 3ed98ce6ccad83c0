"""Masses of isotopes, in Da (unified atomic mass units), and the abundances that isotopologues follow from."""

from __future__ import annotations

# NIST, Atomic Weights and Isotopic Compositions (atomic masses of the 2012 evaluation, Wang2012): lightest common
# isotope unless the symbol carries a mass number.
MASSES = {
    "H": 1.00782503223, "2H": 2.01410177812, "3H": 3.0160492779, "Li": 7.0160034366, "B": 11.00930536,
    "C": 12.0, "13C": 13.00335483507, "14C": 14.0032419884, "N": 14.00307400443, "15N": 15.00010889888,
    "O": 15.99491461957, "17O": 16.99913175650, "18O": 17.99915961286, "F": 18.99840316273,
    "Na": 22.9897692820, "Mg": 23.985041697, "Al": 26.98153853, "Si": 27.97692653465, "P": 30.97376199842,
    "S": 31.9720711744, "33S": 32.9714589098, "34S": 33.967867004, "Cl": 34.968852682, "37Cl": 36.965902602,
    "K": 38.9637064864, "Ca": 39.962590863, "Mn": 54.93804391, "Fe": 55.93493633, "54Fe": 53.93960899,
    "Co": 58.93319429, "Ni": 57.93534241, "Cu": 62.92959772, "65Cu": 64.92778970, "Zn": 63.92914201,
    "As": 74.92159457, "Se": 79.9165218, "Br": 78.9183376, "81Br": 80.9162897, "I": 126.9044719,
}  # fmt: skip
ELECTRON = 0.000548579909065

# isotope → element, for isotopes that a formula may name
ISOTOPES = {symbol: symbol.lstrip("0123456789") for symbol in MASSES if symbol[0].isdigit()}
for _symbol, _number in {"C": 12, "H": 1, "N": 14, "O": 16, "S": 32, "Cl": 35, "Fe": 56, "Cu": 63, "Br": 79}.items():
    MASSES[f"{_number}{_symbol}"] = MASSES[_symbol]
    ISOTOPES[f"{_number}{_symbol}"] = _symbol

# heavy isotope → (element, mass shift in Da, heavy : light abundance). IUPAC representative compositions
# (Meija2016): 13C 0.0107, 15N 0.00364, 18O 0.00205, 33S 0.0075, 34S 0.0425, 37Cl 0.2424.
HEAVY = {
    "13C": ("C", MASSES["13C"] - MASSES["C"], 0.0107 / 0.9893),
    "15N": ("N", MASSES["15N"] - MASSES["N"], 0.00364 / 0.99636),
    "18O": ("O", MASSES["18O"] - MASSES["O"], 0.00205 / 0.99757),
    "33S": ("S", MASSES["33S"] - MASSES["S"], 0.0075 / 0.9499),
    "34S": ("S", MASSES["34S"] - MASSES["S"], 0.0425 / 0.9499),
    "37Cl": ("Cl", MASSES["37Cl"] - MASSES["Cl"], 0.2424 / 0.7576),
}
