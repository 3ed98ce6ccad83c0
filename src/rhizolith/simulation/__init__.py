"""The ring of soil around a root: grid, transport, balance and solve."""
