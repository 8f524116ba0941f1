"""What holds everywhere: access guards, templates, settings, and reading without writing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from intake.app import Backstory
from intake.config import SETTINGS, Setting, Settings
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.i18n import format_day
from intake.questionnaire import PAGES
from intake.services.forms import corrections, intakes, versions
from intake.services.invitations import links, walk_ins
from intake.services.staff import accounts, sessions
from intake.services.staff.accounts import PERMISSIONS, Permission
from intake.storage import Database
from intake.storage.models import Appointment, Invitation, Role, Row, SessionKind, WebSession
from intake.web import UnguardedRoute, check_guards, guard_of, open_to_all
from tests.acting import acting, at
from tests.conftest import Clock
from tests.strict import StrictClient, make_strict

ROOT = Path(__file__).parent.parent
HANDED_IN, HALF_WAY = "V05", "V04"
# Anybody may knock here: the way in for patients and for staff, and the ways out.
OPEN_TO_ALL = {
    "patient.front",
    "patient.open_link",
    "patient.start",
    "patient.identify",
    "patient.finish",
    "patient.finished",
    "patient.code",
    "patient.type_code",
    "patient.open_code",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "admin.open_welcome",
    "admin.welcome",
    "admin.choose_password",
}
# What somebody must be allowed to do to open a page about a patient.
NOT_OF_THE_ADMIN = frozenset(
    each.value
    for each in Permission
    if each
    not in (
        Permission.ENROL_TABLET,
        Permission.MANAGE_USERS,
        Permission.MANAGE_SETTINGS,
        Permission.SEE_FIGURES,
    )
)
# A document that was asked for before the queue came to it is made on the spot, and kept.
WRITTEN_BY_READING = {"audit_event", "audit_head", "audit_total", "document", "job"}


@dataclass(frozen=True)
class WholeClinic:
    """A clinic where one patient handed the form in, one is half-way, and everybody works here."""

    app: Backstory
    database: Database
    demonstration: DemoClinic
    clock: Clock
    colleague: UUID
    tablet: UUID

    def appointment(self, case: str) -> UUID:
        return self._booked(case).id

    def intake(self, case: str) -> UUID:
        return self._booked(case).intake.id

    def staff(self, role: Role) -> StrictClient:
        """The browser of somebody who is signed in."""
        with acting(self.database, now=self.clock.now) as op:
            user = accounts.add_user(
                op,
                name=f"A {role}",
                email=f"{role}@clinic.example",
                role=role,
                password="correct horse battery",
            )
            token = sessions.start_staff(op, user)
            op.commit()
        return self._browser(staff=token)

    def patient(self, case: str) -> StrictClient:
        """The browser of a patient who has given the date of birth."""
        with acting(self.database, now=self.clock.now) as op:
            chosen = select(Invitation).where(Invitation.appointment_id == self.appointment(case))
            invitation = op.session.scalars(chosen).one()
            token = sessions.start_patient(op, invitation)
            op.commit()
        return self._browser(patient=token)

    def stranger(self) -> StrictClient:
        return make_strict(self.app)

    def _booked(self, case: str) -> Appointment:
        return next(each for scene, _, each in self.demonstration.present() if scene.vignette == case)

    def _browser(self, **known: str) -> StrictClient:
        client = make_strict(self.app)
        with client.session_transaction() as session:
            session.update(known)
        return client


@pytest.fixture
def whole(app: Backstory, clinic_database: Database, settings: Settings, clock: Clock) -> WholeClinic:
    demonstration = DemoClinic(clinic_database, settings, clock.now)
    for scene in SCENES:
        if scene.vignette in (HANDED_IN, HALF_WAY):
            demonstration.add(scene)
    _correct(clinic_database, settings, clock, demonstration)
    with acting(clinic_database, now=clock.now) as op:
        expected = accounts.expect_user(op, name="Nell New", email="nell@clinic.example", role=Role.RECEPTION)
        walk_ins.enrol(at(op, by=expected), "Tablet 1")
        op.commit()
        (tablet,) = walk_ins.tablets(op)
    return WholeClinic(app, clinic_database, demonstration, clock, expected.id, tablet.id)


def _correct(database: Database, settings: Settings, clock: Clock, demonstration: DemoClinic) -> None:
    """Let an answer of the form that was handed in be put right, so that there is an earlier record."""
    booked = next(each for scene, _, each in demonstration.present() if scene.vignette == HANDED_IN)
    with acting(database, settings=settings, now=clock.now) as op:
        intake = intakes.find(op.session, booked.intake.id)
        assert intake is not None
        by = accounts.add_user(
            op,
            name="Cleo Corrects",
            email="cleo@clinic.example",
            role=Role.CLINICIAN,
            password="correct horse battery",
        )
        seen, given = versions.version_token_of(intake), {"mc_main": "It is the other side"}
        page, why = PAGES["p_words"], "Said so at the desk"
        corrections.correct(at(op, by=by), intake, page, given, reason=why, version_token=seen)
        op.commit()


def test_every_route_says_whom_it_is_for(app):
    assert [rule.endpoint for rule in _rules(app) if guard_of(app, rule.endpoint) is None] == []


def test_only_the_first_pages_are_open_to_all(app):
    endpoints = {rule.endpoint for rule in _rules(app)}

    assert {each for each in endpoints if guard_of(app, each) == "open to all"} == OPEN_TO_ALL
    behind = {each for each in endpoints - OPEN_TO_ALL if each.startswith("patient.")}
    assert {guard_of(app, each) for each in behind} == {"invited"}


def test_a_route_that_does_not_say_keeps_the_application_from_starting():
    careless = Flask("careless")
    careless.add_url_rule("/", "door", open_to_all(lambda: "come in"))
    check_guards(careless)

    careless.add_url_rule("/records", view_func=lambda: "everything")

    with pytest.raises(UnguardedRoute, match="/records"):
        check_guards(careless)


def test_a_stranger_comes_in_nowhere_else(whole):
    stranger = whole.stranger()

    let_in = []
    for rule, method, path in _visits(whole):
        if rule.endpoint not in OPEN_TO_ALL:
            answer = stranger.open(path, method=method)
            if answer.status_code < 300:
                let_in.append((method, path))

    assert let_in == []


@pytest.mark.parametrize("role", list(Role))
def test_staff_come_in_where_their_work_is_and_nowhere_else(whole, role):
    browser = whole.staff(role)
    allowed = {permission.value for permission in PERMISSIONS[role]}

    for rule, method, path in _visits(whole):
        guard = guard_of(whole.app, rule.endpoint)
        if method != "GET" or guard == "open to all":
            continue
        answer = browser.get(path)
        if guard in allowed:
            assert answer.status_code < 400, f"{role} is kept out of {path}: {answer.status}"
        elif guard in list(Permission):
            assert answer.status_code == 403, f"{role} is let into {path}: {answer.status}"
        else:
            assert answer.status_code == 303, f"{role} is let into the patient's {path}: {answer.status}"


def test_a_patient_comes_into_no_page_of_the_staff(whole):
    browser = whole.patient(HALF_WAY)

    for rule, method, path in _visits(whole):
        if guard_of(whole.app, rule.endpoint) in list(Permission):
            answer = browser.open(path, method=method)
            assert answer.status_code >= 300, f"{method} {path}: {answer.status}"


def test_a_get_writes_nothing_but_the_audit(whole):
    patients = [whole.patient(HANDED_IN), whole.patient(HALF_WAY)]
    browsers = [whole.staff(Role.CLINICIAN), whole.stranger(), *patients]
    before = _everything(whole.database)

    for _, method, path in _visits(whole):
        if method == "GET":
            for browser in browsers:
                browser.get(path)

    assert _everything(whole.database) == before


def test_a_page_that_asks_again_by_itself_keeps_no_session_alive(whole):
    browser = whole.staff(Role.RECEPTION)
    whole.clock.wait(minutes=2)

    browser.get("/day/", headers={"X-Background": "1"})

    with whole.database.reading() as db:
        seen = db.scalars(select(WebSession.seen_at).where(WebSession.kind == SessionKind.STAFF)).one()
    assert seen < whole.clock.now


def test_every_template_compiles(app):
    names = app.jinja_env.list_templates(extensions=["html"])

    assert names
    for name in names:
        app.jinja_env.get_template(name)


def test_every_template_is_used():
    templates = ROOT / "templates"
    drawn = [file for file in _texts(templates) if file.suffix != ".py"]
    written = "\n".join(file.read_text() for file in (*_texts(ROOT / "intake"), *drawn))

    names = [file.relative_to(templates).as_posix() for file in drawn]
    unused = [name for name in names if name not in written and f'"{Path(name).name}"' not in written]

    assert names
    assert unused == []


def test_every_setting_is_documented_as_it_is_and_nothing_else():
    page = (ROOT / "docs/deploying.md").read_text()

    assert [line for line in page.splitlines() if line.startswith("| `")] == list(map(_documented, SETTINGS))
    assert set(re.findall(r"\bBACKSTORY_[A-Z_]+\b", page)) == {setting.name for setting in SETTINGS}


def _documented(setting: Setting) -> str:
    """The row of a setting: * has no default in production."""
    default = setting.default.replace("{port}", "8000")
    if "\\n" in default:
        default = "a neutral text"
    if setting.made_up:
        default = f"none ({default} in the demonstration)"
    return f"| `{setting.name}`{' *' if setting.fact else ''} | {setting.meaning} | {default} |"


def _rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def _visits(whole: WholeClinic) -> Iterator[tuple[Rule, str, str]]:
    """Every route as a visit to what is there: (rule, method, path)."""
    words = _addresses(whole)
    with whole.app.test_request_context():
        for rule in _rules(whole.app):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                for values in words:
                    path = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
                    assert path is not None
                    yield rule, method, path[1]
                    if not rule.arguments:
                        break


def _addresses(whole: WholeClinic) -> list[Mapping[str, Any]]:
    return [
        {
            "appointment_id": whole.appointment(case),
            "day": whole.demonstration.day.isoformat(),
            "extension": extension,
            "intake_id": whole.intake(case),
            "number": 1,
            "page": PAGES[page],
            "tablet_id": whole.tablet,
            "user_id": whole.colleague,
            "import_id": "9d2c7a44-0f5e-4b0e-8a39-6a1f0c9f7e21",
            "moment": "20261123T093000000000",
            "token": "a-link-that-nobody-was-given",
            "code": "ABCD-EFGH-JKMN",
        }
        for case, extension, page in ((HANDED_IN, "pdf", "p_start"), (HANDED_IN, "txt", "p_where"))
    ]


def _everything(database: Database) -> dict[str, list[str]]:
    """What is kept, but for the traces that reading leaves."""
    with database.reading() as db:
        return {
            table.name: sorted(map(repr, db.execute(select(table)).all()))
            for table in Row.metadata.sorted_tables
            if table.name not in WRITTEN_BY_READING
        }


def _texts(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.suffix in (".py", ".html", ".j2"))


def test_the_admin_opens_no_page_about_a_patient(whole: WholeClinic) -> None:
    """Every page of the desk and of clinicians is closed to them: whoever does both has two accounts."""
    admin = whole.staff(Role.ADMIN)
    about_patients = [
        rule for rule in _rules(whole.app) if rule.endpoint.partition(".")[0] in ("reception", "clinician")
    ]

    assert len(about_patients) > 40
    for rule in about_patients:
        assert guard_of(whole.app, rule.endpoint) in NOT_OF_THE_ADMIN, rule.endpoint
    assert not {Permission(each) for each in NOT_OF_THE_ADMIN} & PERMISSIONS[Role.ADMIN]
    for address in ("/day/", "/find", f"/appointments/{whole.appointment(HANDED_IN)}", "/appointments/new"):
        assert admin.get(address, follow_redirects=True).status_code == 403, address


def test_link_and_date_of_birth_stand_on_no_page_together(whole: WholeClinic) -> None:
    reception, appointment = whole.staff(Role.RECEPTION), whole.appointment(HALF_WAY)
    with whole.database.reading() as session:
        booked = session.get_one(Appointment, appointment)
        (link,) = booked.invitations
        born = format_day(booked.patient.date_of_birth)
        secrets = [link.token or "", links.spelt(link.code or "")]

    pages = {
        address: reception.get(address, follow_redirects=True).get_data(as_text=True)
        for address in (
            *(f"/appointments/{appointment}{each}" for each in ("", "/link", "/change", "/walk-in")),
            *("/day/", "/find"),
        )
    }

    assert all(each in pages[f"/appointments/{appointment}/link"] for each in secrets)
    assert born in pages[f"/appointments/{appointment}"]
    for address, page in pages.items():
        assert not (any(each in page for each in secrets) and born in page), address
