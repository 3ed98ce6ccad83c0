"""What can happen in the rhizosphere: one file, one mechanism."""
