"""One file, one section of the page; being in this folder registers it."""
