"""Inputs that nobody should be able to simulate, each with what must be said about it."""

from __future__ import annotations

SOIL = "pH: 5.5\norganic_carbon: 20 g/kg\nclay: 250 g/kg\n"
SCENARIO = "soil: andosol_uganda\nroot:\n  radius: 0.18 mm\n  length_density: 5 cm/cm^3\nduration: 30 days\n"

BAD_SOILS = {
    # what: (text, line at fault, words of what is wrong, words of the fix)
    "acid beyond acids": ("pH: 55\n", 1, "pH: 55 is not possible", "between 0 and 14"),
    "no pH": ("organic_carbon: 20 g/kg\n", 1, "needs its pH", "pH: 5.2"),
    "negative carbon": ("pH: 5\norganic_carbon: -2 g/kg\n", 2, "is not possible", "between 0 and"),
    "more pores than soil": ("pH: 5\nporosity: 1.4\n", 2, "porosity: 1.4 is not possible", "0.98"),
    "more water than pores": ("pH: 5\nporosity: 0.4\nwater_content: 0.6\n", 3, "more than the pores hold", "lower it"),
    "solids heavier than iron": ("pH: 5\nbulk_density: 2 g/cm^3\nporosity: 0.7\n", 3, "solids would weigh", "lower"),
    "clay of 140 %": ("pH: 5\nclay: 140 %\n", 2, "is not possible", "between 0 and 1"),
    "texture of 160 %": ("pH: 5\nclay: 60 %\nsilt: 50 %\nsand: 50 %\n", 2, "add up to 1.60", "fine earth"),
    "minerals heavier than the soil": (
        "pH: 5\nminerals:\n  goethite: 700 g/kg\n  kaolinite: 600 g/kg\n",
        2,
        "weigh 1.30 kg per kg",
        "lower them",
    ),
    "unknown mineral": ("pH: 5\nminerals:\n  geothite: 20 g/kg\n", 3, "geothite", "did you mean goethite"),
    "negative mineral": ("pH: 5\nminerals:\n  goethite: -20 g/kg\n", 3, "is not possible", "between 0"),
    "unknown ion": ("pH: 5\nsolution:\n  Ca+3: 1 mmol/l\n", 3, "Ca+3", "did you mean Ca+2"),
    "more held than there is": (
        "pH: 5\norganic_carbon: 5 g/kg\nminerals:\n  goethite: 20 g/kg\nassociations:\n  - mineral: goethite\n"
        "    carbon: 9 g/kg\n",
        5,
        "more than the organic carbon",
        "raise organic_carbon",
    ),
    "held by what is not there": (
        "pH: 5\norganic_carbon: 5 g/kg\nminerals:\n  goethite: 20 g/kg\nassociations:\n  - mineral: gibbsite\n"
        "    carbon: 1 g/kg\n",
        5,
        "holds no gibbsite",
        "list it under",
    ),
    "bond of no kind": (
        "pH: 5\nminerals:\n  goethite: 20 g/kg\nassociations:\n  - mineral: goethite\n    bond: covalent\n"
        "    carbon: 1 g/kg\n",
        6,
        "'covalent' is not known",
        "inner_sphere",
    ),
    "unknown unit": ("pH: 5\norganic_carbon: 20 smoots\n", 2, "the unit 'smoots' is not known", "write it like"),
    "unit of something else": ("pH: 5\nbulk_density: 20 mm\n", 2, "'mm' measures a length, not a density", "g/cm^3"),
    "number without a unit": ("pH: 5\nbulk_density: 1.3\n", 2, "1.3 has no unit", "1.2 g/cm^3"),
    "no number": ("pH: acid\n", 1, "'acid' is no number", "write it like"),
    "not a number": ("pH: .nan\n", 1, "no number", "write it like"),
    "infinite": ("pH: 5\norganic_carbon: 1e999 g/kg\n", 2, "not a finite number", "write it like"),
    "a date": ("pH: 2024-05-12\n", 1, "is a date, not a number", "write it like"),
    "true": ("pH: true\n", 1, "true stands where a number", "write it like"),
    "list for a number": ("pH: [5, 6]\n", 1, "a list stands where one number", "write it like"),
    "misspelt setting": ("pH: 5\norganic_cabron: 20 g/kg\n", 2, "is no setting here", "did you mean organic_carbon"),
    "set twice": ("pH: 5\nclay: 20 %\npH: 6\n", 3, "'pH' stands twice (first in line 1)", "keep one"),
    "tab": ("pH: 5\nminerals:\n\tgoethite: 20 g/kg\n", 3, "a tab stands", "indent with spaces"),
    "no YAML": ("pH: 5\nname: 'open\n", 2, "no valid YAML", "quotes"),
    "two colons": ("pH: 5\nname: a: b\n", 2, "a second colon", "quotes"),
    "alias": ("a: &x 5\npH: *x\n", 1, "anchors and aliases", "write the values out"),
    "tag": ("pH: !!python/object/apply:os.system ['true']\n", 1, "is not read", "without it"),
    "two documents": ("pH: 5\n---\npH: 6\n", 2, "a second document", "keep one"),
    "only words": ("an andosol from Uganda\n", 1, "holds no settings", "pH: 5.2"),
    "a list": ("- 5\n- 6\n", 1, "holds no settings", "pH: 5.2"),
    "layer upside down": ("pH: 5\ndepth: 10 to 10 cm\n", 2, "the bottom is not below the top", "top first"),
    "closing that is no ion": ("pH: 5\nclosing: H4SiO4\n", 2, "carries no charge", "Cl-"),
    "grade of no kind": ("pH:\n  value: 5\n  grade: guessed\n", 3, "'guessed' is not known", "assumed"),
}

BAD_SCENARIOS = {
    "no soil": ("duration: 3 days\n", 1, "soil: is missing", "andosol_uganda"),
    "soil that is nowhere": ("soil: andosol_uganada\n", 1, "there is no soil", "andosol_uganda"),
    "root thicker than its soil": (
        SCENARIO.replace("5 cm/cm^3", "900 cm/cm^3").replace("0.18", "2"),
        3,
        "thicker than its share of the soil",
        "lower",
    ),
    "negative root": (SCENARIO.replace("0.18", "-0.18"), 3, "is not possible", "between"),
    "root in kilograms": (SCENARIO.replace("0.18 mm", "0.18 kg"), 3, "'kg' measures a mass, not a length", "m"),
    "cylinder without a root": ("soil: andosol_uganda\ngeometry: cylinder\n", 2, "a cylinder needs a root", "slab"),
    "geometry of no kind": ("soil: andosol_uganda\ngeometry: sphere\n", 2, "'sphere' is not known", "cylinder"),
    "half a cell": ("soil: andosol_uganda\ncells: 2.5\n", 2, "2.5 is no whole number", "whole number"),
    "no time": ("soil: andosol_uganda\nduration: 0 days\n", 2, "0 days is not possible", "between 1 and"),
    "negative time": ("soil: andosol_uganda\nduration: -3 days\n", 2, "is not possible", "between 1 and"),
    "boiling": ("soil: andosol_uganda\ntemperature: 130 degC\n", 2, "is not possible", "333"),
    "results after the end": (
        "soil: andosol_uganda\nduration: 1 day\noutput_every: 2 days\n",
        3,
        "is longer than the run",
        "at least once",
    ),
    "a million results": (
        "soil: andosol_uganda\nduration: 300 days\noutput_every: 1 s\n",
        3,
        "more than 100000 times",
        "longer",
    ),
    "unknown organic": (
        "soil: andosol_uganda\norganics: [sugar, oxalat]\n",
        2,
        "'oxalat' is no organic class",
        "oxalate",
    ),
    "exudes what is unknown": (
        SCENARIO.replace("duration", "  exudation:\n    suger: 1 umol/m/day\nduration"),
        6,
        "suger",
        "did you mean sugar",
    ),
    "on and off": (
        SCENARIO + "mechanisms:\n  include: [dispersion]\n  exclude: [dispersion]\n",
        6,
        "under include and exclude",
        "keep one",
    ),
    "parameter of words": (SCENARIO + "parameters:\n  goethite.rate_ligand: fast\n", 7, "no number", "show parameters"),
    "negative rate": (SCENARIO + "parameters:\n  goethite.rate_ligand: -1\n", 7, "less than nothing", "near"),
    "database that is nowhere": (SCENARIO + "database: nowhere.dat\n", 6, "there is no file", "check the path"),
    "soil of numbers": ("soil: 5\n", 1, "the name of a soil stands here", "andosol_uganda"),
    "root of words": ("soil: andosol_uganda\nroot: thick\n", 2, "a group of settings stands here", "indent"),
    "wrong inside the soil": ("soil:\n  pH: 77\n", 2, "soil.pH: 77 is not possible", "between 0 and 14"),
}
