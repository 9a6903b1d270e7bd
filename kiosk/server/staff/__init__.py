"""People who sign in: their accounts, passwords and PINs, their sessions, and what slows down whoever guesses.

What a signed-in person may do is in access.py; how the pages look is in screens/.
"""
