"""Pure water as a solvent: its density, and with its dielectric constant the Debye–Hückel slopes."""

from __future__ import annotations

import numpy as np

from rhizolith.chemistry.log_k import GAS_CONSTANT, LN10

AVOGADRO = 6.02252e23
"""mol⁻¹, the value PHREEQC uses here; kept so that its activity coefficients are reproduced."""
ZERO_CELSIUS = 273.15
PERMITTIVITY = 8.854e-12
"""C V⁻¹ m⁻¹, of the vacuum"""
FARADAY = 96493.5
"""C mol⁻¹, the value PHREEQC uses (CODATA: 96485.3); kept so that its surface potentials are reproduced."""


def water_density(temperature: float) -> float:
    """kg per litre of pure water at 1 atm; temperature in K.

    Wagner & Pruss (2002), J. Phys. Chem. Ref. Data 31, 387, eq. 2.6, with PHREEQC's interpolation in pressure.
    """
    celsius = temperature - ZERO_CELSIUS
    th = 1 - temperature / 647.096
    b = (1.99274064, 1.09965342, -0.510839303, -1.75493479, -45.5170352, -6.7469445e5)
    powers = (1 / 3, 2 / 3, 5 / 3, 16 / 3, 43 / 3, 110 / 3)
    saturated = 322.0 * (1.0 + sum(c * th**p for c, p in zip(b, powers, strict=True)))
    p0 = np.polyval([8.3501912e-11, -3.6648699e-08, 6.6780748e-06, -4.1885519e-04, 5.1880000e-02], celsius)
    p1 = np.polyval([-1.5947241e-13, 6.7024182e-11, -9.2056269e-09, 3.6696407e-07, -6.0251348e-06], celsius)
    p2 = np.polyval([2.3363281e-16, -9.8952363e-14, 1.2619821e-11, -4.0133819e-10, -2.2983596e-09], celsius)
    p3 = np.polyval([-4.2475324e-18, 1.8113313e-15, -2.2829750e-13, 6.8566831e-12, 7.0517647e-11], celsius)
    over = 1.0 - (np.exp(11.6702 - 3816.44 / (temperature - 46.13)) - 1e-6)
    return float(saturated + over * (p0 + over * (p1 + over * (p2 + np.sqrt(over) * p3)))) / 1e3


def dielectric_constant(temperature: float) -> float:
    """Relative permittivity of water at 1 atm; temperature in K. Bradley & Pitzer (1979), J. Phys. Chem. 83, 1599."""
    t = temperature
    at_1000_bar = 3.4279e2 * np.exp(t * (-5.0866e-3 + t * 9.469e-7))
    c = -2.0525 + 3.1159e3 / (-1.8289e2 + t)
    b = -8.0325e3 + 4.2142e6 / t + 2.1417 * t
    return float(at_1000_bar + c * np.log((b + 1.01325) / (b + 1e3)))


def debye_huckel(temperature: float) -> tuple[float, float]:
    """A ((kg/mol)^½) and B (Å⁻¹ (kg/mol)^½) of the Debye–Hückel equation at 1 atm; temperature in K."""
    t = temperature
    ratio = 1.671008e-3 / (dielectric_constant(t) * t)  # e²/(ε k T), cm
    kappa = np.sqrt(8 * np.pi * AVOGADRO * ratio * water_density(t) / 1e3)
    return float(kappa * ratio / (2 * LN10)), float(kappa / 1e8)


def diffuse_charge(temperature: float) -> float:
    """Gouy–Chapman: σ = this · √I · sinh(Fψ/2RT) in mol of charge per m², I in mol kg⁻¹; temperature in K.

    √(8000 ε ε0 R T)/F (Dzombak & Morel 1990, eq. 2.20, as in Parkhurst & Appelo 2013): 0.1174 C m⁻² at 25 °C.
    """
    energy = 1e3 * GAS_CONSTANT * temperature  # J mol⁻¹
    return float(np.sqrt(8e3 * dielectric_constant(temperature) * PERMITTIVITY * energy) / FARADAY)
