"""How a patient comes to the form: personal links, short codes, and tries that are counted.

links       personal links: made, opened with a date of birth, closed
walk_ins    tablets of the clinic, and the code that opens one form on them
attempts    tries counted, whether or not what is guessed exists
"""
