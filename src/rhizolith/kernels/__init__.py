"""Traced expressions, their derivatives and elimination, and the machine code made of them."""
