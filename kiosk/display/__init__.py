"""Screens of the lane and the board: a state goes in, a scene comes out, and its pixels are shown."""
