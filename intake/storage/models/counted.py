"""What is left of forms that were erased: how many there were."""

from sqlalchemy import SmallInteger, String
from sqlalchemy.orm import Mapped

from intake.storage.models.row import DataClass, Row, column


class Tally(Row):
    """How many erased forms of a month had this said of them; nothing tells whose they were.

    `rule` "" counts the forms themselves, by their highest urgency (0: no rule fired); `verdict` "" is not
    marked. `number` is of forms; `calls`: of patients reached about an alert.
    """

    __tablename__ = "tally"

    month: Mapped[str] = column(DataClass.OPERATIONAL, String(7), primary_key=True)
    rule: Mapped[str] = column(DataClass.OPERATIONAL, String(40), primary_key=True)
    urgency: Mapped[int] = column(DataClass.OPERATIONAL, SmallInteger, primary_key=True, autoincrement=False)
    verdict: Mapped[str] = column(DataClass.OPERATIONAL, String(24), primary_key=True)
    number: Mapped[int] = column(DataClass.OPERATIONAL)
    calls: Mapped[int] = column(DataClass.OPERATIONAL)
