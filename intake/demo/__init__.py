"""Made-up patients.

vignettes      the patients: answers, and what is expected of them; without the rest, for commands and tests
demonstration  a clinic of them with appointments today, made and listed
clinic         how one of them is booked, answers, and is seen
scenes         who comes in which state
form           how a form is filled in
"""
