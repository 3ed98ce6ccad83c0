"""An experiment's tables to every index that they allow, with intervals, as one tree of results."""
