"""PDFs for people: the summary, the letter with the link, the blank form, and many summaries in one file.

summary       the clinician's summary: what is read -> `view` -> template -> pages -> bytes
view          what the summary's template prints, as frozen plain words
layout        fills the view: what stands on page 1 and what follows; `safety` and `columns` help
letter, paper_form, pack   the other files
template      what every template shares: clean text, what a file says about itself
drawings, bodymap          pictures as PDF operators
fonts, clean  the letters we can print, and text made fit to print
engine        markup -> pages -> bytes, with the public names of WeasyPrint
conformance   the repairs that make a file PDF/UA-1 and PDF/A-3a
internals     the private names of WeasyPrint and pydyf, all behind one switch
"""
