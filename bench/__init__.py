"""The figures that the project promises, each measured on the machine at hand: `make bench`.

A module here is a group of figures: `TITLE` and `measure() -> Iterator[Figure]`. A leading _ serves the others.
"""
