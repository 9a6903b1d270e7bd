"""Devices of the store: their tokens, how they are paired, the authority that they pin, and how they are."""
