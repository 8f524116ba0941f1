"""Work beside the request.

queue      the doorbell and the worker that answers it: the sweep, the hourly erasing
delivery   what is done for each kind of work owed
"""

from intake.tasks.queue import PlainJSON, Queue

__all__ = ["PlainJSON", "Queue"]
