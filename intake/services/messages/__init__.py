"""Messages to patients and to the clinic, and the work that waits to be done.

correspondence  invitations, reminders and calls for attention: enqueued, checked, followed
outbox          the rows of work, claimed with a lease
reminders       enqueued, moved and cancelled with the appointment
heartbeat       what must never stand still says that it moves
"""
