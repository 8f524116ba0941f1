"""Work beside the request.

queue      the wake-up signal and the worker that acts on it
signals    how a signal gets from one process to another
lanes      threads for what is urgent, for documents, for messages
jobs       a piece of work claimed, done, and marked
delivery   what is done for each kind of job
periodic   what is done from time to time, once for all workers
worker     the worker as a process of its own
backups    the backups that the settings ask for
"""

from intake.tasks.queue import Queue
from intake.tasks.signals import PlainJSON

__all__ = ["PlainJSON", "Queue"]
