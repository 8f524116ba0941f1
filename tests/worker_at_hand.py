"""A worker in the process of the test, for whoever waits for a document."""

from sqlalchemy import select

from intake.services.messages import outbox
from intake.storage.models import Job, JobKind
from intake.tasks import Queue
from intake.tasks.delivery import deliver


class WorkerAtHand(Queue):
    """The clinic's queue. What somebody waits for is made at once; everything else when the test says so."""

    def somebody_waits(self) -> None:
        with self._work.reading() as op:
            stmt = select(Job.id).where(Job.kind == JobKind.RENDER_DOCUMENT)
            documents = set(op.session.scalars(stmt)) & set(outbox.due(op))
        for job_id in documents:
            with self._work.operation() as op:
                job = outbox.claim(op, job_id)
                op.commit()
            if job is not None:
                deliver(self._work, job)
