"""What people type, read once: one module for each kind of text, used by every entrance.

    names       cleaned, folded for search, compared
    email       one address that can be written to
    telephone   the numbers to call among some words
    day         a date, as people write dates
    number      whole numbers, in the digits of every script
    clock       a time of day
    code        codes that are read from paper
    network     addresses that requests come from, and ranges of them
    free        free text: line ends, control characters, the encoding of a file

Each gives a value or raises its one error with a `reason`; the words for a reason belong to whoever shows
them. Pure: no language, country or clock but those that are passed in.
"""
