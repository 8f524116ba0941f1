"""What the clinic does, in its own verbs: make an appointment, invite, save a page, send, acknowledge.

A function takes an Operation (`context.py`) and changes what is in its session; none commits but the few
named there. The view that called does, once, in plain sight.
"""
