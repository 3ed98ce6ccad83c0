"""One function, one index: enzymes, carbon use efficiency, formulas, diversity, strategies."""
