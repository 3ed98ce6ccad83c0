"""What a scenario file and its root may hold: every number with its unit and the range in which it is possible."""

from __future__ import annotations

from rhizolith.description.number import Number

GEOMETRIES = ("cylinder", "slab", "batch")
NUMBERS = {
    "thickness": Number("m", 1e-4, 10, "", "1 cm", "of a slab"),
    "cells": Number("", 1, 400, "", "40", "rings (or layers) that the soil is cut into, a whole number"),
    "duration": Number("s", 1, 3.2e9, "", "30 days", "how long the soil is followed"),
    "output_every": Number("s", 1, 3.2e9, "", "6 hours", "how often the state is kept"),
    "temperature": Number("K", 273.15, 333.15, "", "19 degC", "of soil and water; the soil's own where it is known"),
    "tolerance": Number("", 1e-10, 1e-2, "", "3e-4", "relative error that the solver may make in a step"),
}
WORDS = {
    "name": "what the report calls the run",
    "note": "anything worth remembering",
    "soil": "a soil that ships, the path of a soil file, or the settings of a soil right here",
    "geometry": "cylinder (soil around a root), slab (a rhizobox) or batch (a flask); cylinder where there is a root",
}
GROUPS = {
    "root": "a living root segment; leave it out for soil without a root",
    "organics": "list of organic classes to follow",
    "open_to_air": "true or false: whether gases move between soil air and water",
    "mechanisms": "lists under `include` or `exclude`",
    "parameters": "overrides by dotted name, in the unit that `rhizolith show parameters` gives",
    "database": "path, or list of paths, of PHREEQC-format databases used instead of the shipped ones",
}
KNOWN = (*WORDS, *NUMBERS, *GROUPS)
ROOT_NUMBERS = {
    "radius": Number("m", 1e-6, 0.05, "", "0.18 mm", "of the segment, without root hairs"),
    "length_density": Number("m/m^3", 1, 1e7, "", "5 cm/cm^3", "length of root per volume of soil"),
    "night_share": Number("", 0, 1, "", "30 %", "exudation at night as a share of the day's"),
    "respiration": Number("mol/m^2/s", 0, 1e-4, "", "0.3 umol/m^2/s", "oxygen taken up by the root surface"),
    "proton_release": Number("mol/m^2/s", -1e-5, 1e-5, "", "10 nmol/m^2/s", "beyond nutrient uptake; negative: uptake"),
    "water_uptake": Number("m/s", 0, 1e-5, "", "1 mm/day", "water through the root surface at full light"),
}
EXUDATION = Number("mol/m/s", 0, 1e-6, "", "55 umol/m/day", "mol C per length of root at full light")
UPTAKE = Number("mol/m^2/s", 0, 1e-5, "", "2 nmol/m^2/s", "largest rate of uptake through the root surface")
ROOT_GROUPS = {
    "name": "what the report calls the root",
    "exudation": "organic class: rate; leave out for the usual mix of a fine root",
    "uptake": "nutrient: largest rate",
}
ROOT_KNOWN = (*ROOT_NUMBERS, *ROOT_GROUPS)
