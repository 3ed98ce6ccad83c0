"""rhizolith: mineral-organic associations in the soil around roots, made and broken, mole by mole."""

__version__ = "0.1.0"
