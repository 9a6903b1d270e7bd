"""The hub: what devices and screens ask of it, its database, its imports and its papers."""
