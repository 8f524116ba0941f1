"""What the clinic does, in its own verbs: make an appointment, invite, save a page, send, acknowledge.

Every function takes a session and changes what is in it; none commits. The room that called does, once, in
plain sight. The time is always an argument.
"""
