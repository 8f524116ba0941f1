"""What somebody may ask about their data, and how it is answered.

audit_words   what is recorded, in words
who_read      who read or did what, as it may be shown to whom
collecting    everything that is kept about one person, for their copy
confidence    what was said in confidence, and stays out of a copy that is sent
left_out      what stands in no copy, and why
erasing       one patient erased on request, and the proof of it
"""
