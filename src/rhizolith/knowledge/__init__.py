"""What is known: every number and claim with unit, spread, grade and source."""
