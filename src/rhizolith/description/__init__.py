"""What the user tells us: soils, roots, scenarios and experiments, read, checked and in SI."""
