"""Published results and promises of the system, checked one by one; `make validate` runs them all."""
