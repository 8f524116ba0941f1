"""Answers of many patients as a table, and the dictionary that says what stands in it.

columns     what each question, rule and fact becomes, to be written and read back
derived     the columns that are no answer: ages, lengths of time, rules, the way a form came in
dictionary  the same in words, as CSV and JSON
readme      what else lies in the file, and how it is opened

All of it follows from the declaration of the questions: there is no list of ids here.
"""
