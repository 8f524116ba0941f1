"""Answers of many patients for research and audit: chosen, looked at, and taken away as one file.

project  the key of a project and the numbers made with it
forms    which forms, and one form as a row
rare     combinations by which few people could be recognised
taking   who may, the record of it, and the file in pieces

The file is about people and is no figure: no count in it is hidden, and whoever takes it answers for it.
"""
