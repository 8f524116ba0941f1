"""Work beside the request.

queue      the wake-up signal and the worker that acts on it: the sweep, the hourly erasing
delivery   what is done for each kind of job
backups    the backups that the settings ask for
"""

from intake.tasks.queue import PlainJSON, Queue

__all__ = ["PlainJSON", "Queue"]
