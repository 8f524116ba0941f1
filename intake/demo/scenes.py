"""Who is who at the demonstration clinic: each vignette plays one part. Names are plainly made up."""

import unicodedata
from dataclasses import KW_ONLY, dataclass
from datetime import date, timedelta
from enum import Enum

from intake.demo.vignettes import Vignette

SURNAMES = ("Example", "Sample", "Specimen", "Pretend", "Testcase", "Madeup", "Nobody")
CLINICIANS = ("Dr Noor Example", "Dr Wren Sample", "Sol Specimen, physiotherapist")


class Reached(Enum):
    """How far a made-up patient has come."""

    NOTHING = "has not opened the link"
    OPENED = "has shown the date of birth"
    PART = "has saved some pages"
    LEFT = "was told to get help now, and left to get it"
    UNFINISHED = "could not go on, and handed over what there is"
    SENT = "has sent the form"


@dataclass(frozen=True)
class Scene:
    """One made-up patient: how far they came, how long ago, and whether reception has acted on it.

    `blank` are questions left open on paper, `before` the vignette they came with six weeks ago; `bounces`:
    their e-mail comes back. `route` is the value of a Route: a name is asked for without a database.
    """

    vignette: str
    given_name: str
    reached: Reached = Reached.NOTHING
    ago: timedelta = timedelta()
    _: KW_ONLY
    percent: int = 100
    told: bool = False
    route: str = "web"
    blank: tuple[str, ...] = ()
    before: str = ""
    bounces: bool = False
    needs: str = ""


@dataclass(frozen=True)
class Staff:
    """Somebody who works at the demonstration clinic. `role` is the value of a Role."""

    name: str
    email: str
    role: str


STAFF = (
    Staff("Rowan Example", "reception@demo.example", "reception"),
    Staff("Dr Noor Example", "clinician@demo.example", "clinician"),
    Staff("Ash Example", "admin@demo.example", "admin"),
)


LEFT_BLANK = ("rf_fever", "any_rare")


def _ago(**length: int) -> timedelta:
    return timedelta(**length)


SCENES: tuple[Scene, ...] = (
    Scene("V01", "Iris"),
    Scene("V02", "Oscar", Reached.SENT, _ago(days=2)),
    Scene("V03", "Nadia", Reached.SENT, _ago(hours=26)),
    Scene("V04", "Walter", Reached.PART, _ago(hours=3), percent=60),
    Scene("V05", "Maureen", Reached.SENT, _ago(minutes=25), before="V19"),
    Scene("V06", "Harold", Reached.LEFT, _ago(minutes=50)),
    Scene("V07", "Desmond"),
    Scene("V08", "Chloé", Reached.SENT, _ago(hours=5), told=True),
    Scene("V09", "Piotr", Reached.SENT, _ago(minutes=90), needs="Interpreter, Polish"),
    Scene("V10", "Amina", Reached.SENT, _ago(hours=3), told=True),
    Scene("V11", "Beatrix", Reached.PART, _ago(minutes=12), percent=70),
    Scene("V12", "Dorothy", Reached.SENT, _ago(days=1), told=True),
    Scene("V13", "Ethel", Reached.SENT, _ago(days=4), told=True),
    Scene("V14", "Luca", Reached.SENT, _ago(days=6)),
    Scene("V15", "Gwen", Reached.PART, _ago(hours=2), percent=35),
    Scene("V16", "Finn", Reached.SENT, _ago(days=9)),
    Scene("V17", "Jay", Reached.SENT, _ago(minutes=40)),
    Scene("V18", "Marek", Reached.SENT, _ago(days=3), told=True),
    Scene("V19", "Patricia", bounces=True),
    Scene("V20", "Sunita", Reached.SENT, _ago(hours=7), told=True),
    Scene("V21", "Carol", Reached.PART, _ago(minutes=35), percent=20),
    Scene("V22", "Zoë"),
    Scene("V23", "Rosa", Reached.SENT, _ago(days=2), told=True),
    Scene("V24", "Theo", Reached.UNFINISHED, _ago(minutes=70), percent=50),
    Scene("V25", "Kwame", Reached.PART, _ago(hours=20), percent=90),
    Scene("V26", "Ingrid", Reached.LEFT, _ago(hours=26), told=True),
    Scene("V27", "Raj", Reached.OPENED, _ago(minutes=18)),
    Scene("V28", "Gordon", needs="Wheelchair"),
    Scene("V29", "Leila", Reached.SENT, _ago(hours=20), told=True),
    Scene("V30", "Stanley", Reached.SENT, _ago(hours=6), told=True),
    Scene("V31", "Hannah", Reached.SENT, _ago(hours=15), route="paper", blank=LEFT_BLANK),
    Scene("V32", "Judith", Reached.OPENED, _ago(days=1)),
    Scene("V33", "Megan", Reached.SENT, _ago(hours=12), route="desk"),
    Scene("V34", "Olive", Reached.PART, _ago(minutes=8), percent=80),
    Scene("V35", "Callum", Reached.SENT, _ago(hours=30), told=True),
    Scene("V36", "Grace"),
    Scene("V37", "Tomás", Reached.SENT, _ago(hours=8), told=True),
)


def place_of(scene: Scene) -> int:
    """Where the scene stands in the list, from 0."""
    return [each.vignette for each in SCENES].index(scene.vignette)


def name_of(scene: Scene, copy: int) -> str:
    """The name of the patient; a copy of a scene is somebody else."""
    return f"{scene.given_name} {SURNAMES[(place_of(scene) + copy) % len(SURNAMES)]}"


def phone_of(scene: Scene, copy: int) -> str:
    """A number of the range that is kept free for films."""
    return f"07700 900{100 + (place_of(scene) + copy * len(SCENES)) % 900}"


def email_of(scene: Scene, copy: int) -> str | None:
    """An address that belongs to nobody; every fifth patient has none."""
    if place_of(scene) % 5 == 1:
        return None
    plain = unicodedata.normalize("NFKD", name_of(scene, copy)).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@patients.demo.example"


def born(case: Vignette, day: date, place: int) -> date:
    """A birth date that gives the age of the vignette on `day`, and on the ten days before it."""
    birthday = day - timedelta(days=12 + place * 9 % 340)
    return birthday.replace(year=birthday.year - case.age, day=min(birthday.day, 28))
