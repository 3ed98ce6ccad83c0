"""What critics say of methods, in sentences that a report prints beside the results."""

ENZYMES = (
    "Tested against growth responses in two subtropical soils, enzymatic stoichiometry was judged "
    "critically (Rosinger2019).",
    "That ecoenzymatic stoichiometry determines nutrient limitation has been questioned on its assumptions (Mori2020).",
    "Whether it is a reliable indicator of limitation by C, N or P is disputed (Mori2024).",
    "Acquisition in 2667 soils lies far from C:N:P = 1:1:1, so that 45 degrees is a convention (Cui2021).",
)
ENZYME_CUE = (
    *ENZYMES,
    "A CUE computed from enzymes and explained by the same enzymes is arithmetic, not evidence: "
    "compare a permutation null.",
)
LAMBDA = (
    "Over soils lambda's CUE is nearly NOSC restated (rank correlation about -0.9): it adds no independent evidence.",
)
INFERRED = ("Inferred from marker genes or gene content: potential, not measured activity.",)
