"""What holds everywhere: access guards, templates, settings, and reading without writing."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from intake.app import Backstory
from intake.config import SETTINGS, Setting, Settings
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.i18n import format_day
from intake.questionnaire import PAGES
from intake.services.forms import corrections, intakes, versions
from intake.services.invitations import links, walk_ins
from intake.services.staff import accounts, drafts, sessions
from intake.services.staff.accounts import PERMISSIONS, Permission
from intake.services.staff.drafts import DraftOver
from intake.storage import Database
from intake.storage.models import (
    Alert,
    Appointment,
    Invitation,
    Role,
    Row,
    SessionKind,
    User,
    WebSession,
    new_id,
)
from intake.web import UnguardedRoute, check_guards, guard_of, open_to_all
from setup import roles
from tests.acting import acting, at
from tests.conftest import Clock
from tests.strict import StrictClient, is_left_alone, make_strict, parsed

ROOT = Path(__file__).parent.parent
DRAFT = UUID("5b0f8a1e-7c1d-4b52-9a0e-3f1c2d4e5a60")
NEW_APPOINTMENT = drafts.FormAddress("/appointments/new", "/appointments/new", None)
# A form that each role may send.
BEGUN = dict.fromkeys(Role, NEW_APPOINTMENT) | {
    Role.ADMIN: drafts.FormAddress("/settings", "/settings", None)
}
HANDED_IN, HALF_WAY = "V05", "V04"
# Anybody may knock here: the way in for patients and for staff, the ways out, and the lock between them.
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
    "sign_in.lock",
    "sign_in.unlock",
    "second_factor.asked",
    "second_factor.answer",
    "second_factor.with_passkey",
    "second_factor.question",
    "sign_on.start",
    "sign_on.again",
    "sign_on.back",
    "sign_on.stopped",
    "sign_on.done",
    "sign_on.signed_out",
    "sign_on.sign_out_there",
    "sign_on.ended",
    "admin.open_welcome",
    "admin.welcome",
    "admin.choose_password",
    "reports.report",
    "security_txt.security_txt",
}
# What somebody must be allowed to do to open a page about a patient.
NOT_OF_THE_ADMIN = frozenset(
    each.value
    for each in Permission
    if each
    not in (
        Permission.SIGN_IN,
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

    def patient_ids(self) -> tuple[UUID, UUID]:
        """Two patients of the demonstration."""
        return self._booked(HANDED_IN).patient_id, self._booked(HALF_WAY).patient_id

    def alert(self, case: str) -> UUID:
        with self.database.reading() as session:
            chosen = select(Alert.id).where(Alert.intake_id == self.intake(case))
            return session.scalars(chosen).first() or new_id()

    def member_of_staff(self, role: Role) -> UUID:
        """Somebody who may sign in."""
        with acting(self.database, now=self.clock.now) as op:
            user = accounts.add_user(
                op,
                name=f"A {role}",
                email=f"{role}@clinic.example",
                role=role,
                password="correct horse battery",
            )
            op.commit()
        return user.id

    def staff(self, role: Role) -> StrictClient:
        """The browser of somebody who is signed in."""
        user_id = self.member_of_staff(role)
        with acting(self.database, now=self.clock.now) as op:
            user = op.session.get_one(User, user_id)
            token = sessions.start_staff(op, user)
            # It is of whoever comes first.
            with suppress(DraftOver):
                drafts.keep(at(op, by=user), DRAFT, BEGUN[role], (("name", "Iris"),))
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


@dataclass(frozen=True)
class Refusal:
    """What somebody is told who is kept out, without what is made anew each time and what they sent."""

    status: int
    onward: str
    page: str

    @classmethod
    def of(cls, answer: TestResponse, path: str) -> "Refusal":
        page = answer.get_data(as_text=True).replace(path, "").replace(answer.headers["X-Request-ID"], "")
        page = re.sub(r'(name="csrf_token" value=|data-token=)"[^"]+"', "", page)
        return cls(answer.status_code, (answer.location or "").partition("?")[0], page)


class Asking:
    """Somebody who asks for addresses and sends to them: in one browser, or in a new one each time."""

    def __init__(self, whole: WholeClinic, who: str) -> None:
        self._whole, self._who = whole, who
        self._user = whole.member_of_staff(Role(who)) if who in list(Role) else None
        self._browser = self._new()

    def again(self, method: str, path: str) -> TestResponse:
        return self._ask(self._browser, method, path)

    def anew(self, method: str, path: str) -> TestResponse:
        return self._ask(self._new(), method, path)

    def _ask(self, browser: tuple[FlaskClient, str], method: str, path: str) -> TestResponse:
        client, token = browser
        return client.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)

    def _new(self) -> tuple[FlaskClient, str]:
        """A browser, and the token of its forms."""
        # Its pages are read strictly by the other tests; here there are thousands.
        client = FlaskClient(self._whole.app, TestResponse)
        with client.session_transaction() as session:
            session.update(self._let_in())
        page = client.get("/sign-in").get_data(as_text=True)
        return client, page.split('name="csrf_token" value="')[1].partition('"')[0]

    def _let_in(self) -> dict[str, str]:
        if self._who == roles.VISITOR:
            return {}
        with acting(self._whole.database, now=self._whole.clock.now) as op:
            if self._user is not None:
                let_in = {"staff": sessions.start_staff(op, op.session.get_one(User, self._user))}
            elif self._who == roles.TABLET:
                by = at(op, by=op.session.get_one(User, self._whole.colleague))
                let_in = {"tablet": walk_ins.enrol(by, "Tablet 2")}
            else:
                chosen = Invitation.appointment_id == self._whole.appointment(HALF_WAY)
                invitation = op.session.scalars(select(Invitation).where(chosen)).first()
                let_in = {"patient": sessions.start_patient(op, invitation)}
            op.commit()
        return let_in


def _area(app: Flask, rule: Rule) -> str:
    guard = guard_of(app, rule.endpoint)
    return guard if guard in ("invited", "enrolled") else "staff"


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


def test_the_table_of_addresses_and_roles_is_what_the_routes_say(app):
    assert roles.PAGE.read_text() == roles.page(app), "make roles writes it anew"
    for rule in _rules(app):
        assert (app.view_functions[rule.endpoint].__doc__ or "").strip(), f"{rule} does not say what it does"


@pytest.mark.parametrize("who", roles.WHO)
def test_every_address_takes_whom_the_table_names_and_tells_others_nothing(whole, who):
    """Asked for and sent, with what is there and with ids of nothing; who may GET what is looked at above."""
    asking = Asking(whole, who)
    of_nothing = {
        name: new_id() if isinstance(value, UUID) else value for name, value in _addresses(whole)[0].items()
    }
    refusals: dict[tuple[str, str], set[Refusal]] = defaultdict(set)
    taken = []
    for rule, method, path in (*_visits(whole), *_visits(whole, [of_nothing])):
        if who in roles.who_may(whole.app, rule.endpoint):
            taken.append((method, path))
        else:
            answer = asking.again(method, path)
            assert answer.status_code in (303, 401, 403), f"{who} is let in: {method} {path}"
            refusals[method, _area(whole.app, rule)].add(Refusal.of(answer, path))

    for kind, answers in refusals.items():
        assert len(answers) == 1, f"{who}, {kind}: {[(each.status, each.onward) for each in answers]}"
    fixed = {each for answers in refusals.values() for each in answers if each.status == 403}
    for method, path in taken:
        if method == "POST":
            answer = asking.anew(method, path)
            assert Refusal.of(answer, path) not in fixed, f"{who} is kept out: {method} {path}"


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


def test_head_answers_like_get_and_does_nothing(whole):
    """On the person's behalf: no link is opened, nothing counts as read, and no cookie is changed."""
    browsers = [whole.stranger(), *map(whole.patient, (HANDED_IN, HALF_WAY)), *map(whole.staff, Role)]
    different = []
    # Documents that nobody has made yet are another story: their head says so, and GET waits.
    whole.app.clinic.queue.somebody_waits()

    for _, method, path in _visits(whole):
        if method != "GET":
            continue
        for browser in browsers:
            kept, cookie = _rows(whole.database), browser.get_cookie("backstory")
            with browser.head(path) as head:
                pass
            assert (_rows(whole.database), browser.get_cookie("backstory")) == (kept, cookie), path
            with browser.get(path) as get:
                if _head_of(head) != _head_of(get):
                    different.append((path, _head_of(head), _head_of(get)))
            # What the page did to the browser is of no account for the next one.
            if cookie is not None:
                browser.set_cookie("backstory", cookie.value)

    assert different == []


def test_no_browser_translates_a_name(whole):
    """Nor what is read out letter by letter: references, receipts and codes."""
    named = _names(whole.database)
    browsers = [*map(whole.patient, (HANDED_IN, HALF_WAY)), *map(whole.staff, Role)]
    seen: set[str] = set()
    translated = set()

    for rule, method, path in _visits(whole):
        for browser in browsers:
            if method != "GET" or guard_of(whole.app, rule.endpoint) == "open to all":
                continue
            page = browser.get(path)
            if page.mimetype != "text/html" or page.status_code != 200:
                continue
            for name, left_alone, place in _printed(page.get_data(as_text=True), named):
                seen.add(name)
                if not left_alone:
                    translated.add(f"{name} on {rule}: {place}")

    assert len(seen) > 6
    assert sorted(translated) == []


def test_an_address_that_was_copied_with_its_surroundings_leads_to_its_page(whole):
    browser = whole.stranger()

    for path in ("/c.", "/c)", "/c,", "/c/", "/c%20", "/c%E2%80%9D", "/start%C2%BB.", "/sign-in%3E", "/day;"):
        asked = browser.get(path)

        assert asked.status_code == 303, path
        assert whole.app.url_map.bind("").match(asked.location), path
    for path in ("/nothing.", "/static.", "/%2F%2Fevil.example.", "/."):
        assert browser.get(path).status_code == 404, path


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


def _visits(whole: WholeClinic, words: Sequence[Mapping[str, Any]] = ()) -> Iterator[tuple[Rule, str, str]]:
    """Every route as a visit: (rule, method, path), to what is there, or to these `words` in its address."""
    words = words or _addresses(whole)
    with whole.app.test_request_context():
        for rule in _rules(whole.app):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                for values in words:
                    path = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
                    assert path is not None
                    yield rule, method, path[1]
                    if not rule.arguments:
                        break


def _rows(database: Database) -> dict[str, int]:
    """How many rows each table has: whatever is done leaves one, if only in the audit."""
    with database.reading() as db:
        tables = Row.metadata.sorted_tables
        return {each.name: db.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def _head_of(answer: TestResponse) -> tuple[int, dict[str, str]]:
    """What stands before the content, without what is made anew for every answer."""
    new_each_time = ("Set-Cookie", "Content-Length", "Date", "ETag", "Last-Modified", "X-Request-ID")
    return answer.status_code, {k: v for k, v in answer.headers.items() if k not in new_each_time}


def _names(database: Database) -> frozenset[str]:
    """The names of everybody and everything, and what is read out letter by letter."""
    with database.reading() as db:
        booked = list(db.scalars(select(Appointment)))
        said = {each.patient.name for each in booked} | {each.with_whom for each in booked}
        said |= {each.reference for each in booked} | {each.intake.receipt for each in booked}
        said |= {each.name for each in db.scalars(select(User))}
        said |= {each.name for each in db.scalars(select(WebSession)) if each.name}
    return frozenset(each for each in said if each)


def _printed(html: str, named: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """(name, whether browsers leave it alone) wherever a name stands in the body of the page."""
    tree, _faults = parsed(html)
    parents = {child: parent for parent in tree.iter() for child in parent}
    for element in (each for part in tree.iter("body") for each in part.iter()):
        around = parents.get(element)
        for words, of in ((element.text, element), (element.tail, around)):
            for name in (each for each in named if words and each in words):
                # An example of a note names somebody whom the clinic does not have.
                if of is not None and "For example" not in (of.text or ""):
                    yield name, is_left_alone(of, parents), f"{of.tag}.{of.get('class')} {words.strip()[:60]}"


def _addresses(whole: WholeClinic) -> list[Mapping[str, Any]]:
    return [
        {
            "alert_id": whole.alert(case),
            "appointment_id": whole.appointment(case),
            "browser_id": whole.colleague,
            "draft_id": DRAFT,
            "day": whole.demonstration.day.isoformat(),
            "extension": extension,
            "intake_id": whole.intake(case),
            "number": 1,
            "passkey_id": "9d2c7a44-0f5e-4b0e-8a39-6a1f0c9f7e24",
            "session_id": whole.tablet,
            "page": PAGES[page],
            "tablet_id": whole.tablet,
            "user_id": whole.colleague,
            "patient_id": whole.patient_ids()[0],
            "other_id": whole.patient_ids()[1],
            "job_id": "9d2c7a44-0f5e-4b0e-8a39-6a1f0c9f7e23",
            "join_id": "9d2c7a44-0f5e-4b0e-8a39-6a1f0c9f7e22",
            "import_id": "9d2c7a44-0f5e-4b0e-8a39-6a1f0c9f7e21",
            "erasure_id": "9d2c7a44-0f5e-4b0e-8a39-6a1f0c9f7e24",
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
    """Every page of the desk and of clinicians is closed to them: whoever does both has two roles."""
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


def test_nothing_that_an_admin_is_shown_is_about_a_patient(whole: WholeClinic) -> None:
    """No page, table, document or page of an error, however it is asked for, names one or says anything."""
    asking, about = Asking(whole, Role.ADMIN.value), _about_patients(whole)
    period = "?from=2020-01-01&to=2030-12-31"
    told, looked_at = [], 0

    for rule, method, path in (*_visits(whole), *_visits(whole, [_about(whole, HALF_WAY)])):
        answers = [asking.again("GET", path + more) for more in ("", period)] if method == "GET" else []
        if method == "POST" and rule.endpoint != "sign_in.sign_out":
            answers = [asking.anew("POST", path)]
        for answer in answers:
            looked_at += answer.status_code < 300
            said = _text_of(answer)
            told += [f"{method} {path}: {each}" for each in about if each in said]

    assert looked_at > 40
    assert len(about) >= 25
    assert sorted(set(told)) == []


def test_link_and_date_of_birth_stand_in_nothing_together(whole: WholeClinic) -> None:
    """On no page and in no PDF of the desk: neither the link, nor its code, nor the code of the tablet."""
    asking, appointment = Asking(whole, Role.RECEPTION.value), whole.appointment(HALF_WAY)
    made = asking.again("POST", f"/appointments/{appointment}/walk-in")
    with whole.database.reading() as session:
        booked = session.get_one(Appointment, appointment)
        (link,) = booked.invitations
        born, secrets = (
            _written(booked.patient.date_of_birth),
            (link.token or "", links.spelt(link.code or "")),
        )
    shown, with_link, with_birth = asking.again("GET", made.location), set(), set()

    for _rule, method, path in _visits(whole, [_about(whole, HALF_WAY)]):
        said = _text_of(asking.again(method, path)) if method == "GET" else ""
        with_link |= {path for each in secrets if each in said}
        with_birth |= {path for each in born if each in said}

    of_it = f"/appointments/{appointment}"
    assert {f"{of_it}/link", f"{of_it}/letter.pdf"} <= with_link
    assert of_it in with_birth
    assert with_link & with_birth == set()
    assert shown.status_code == 200
    assert not any(each in _text_of(shown) for each in born)


def _about(whole: WholeClinic, case: str) -> Mapping[str, Any]:
    """The words of addresses, about this patient."""
    of_it = {"appointment_id": whole.appointment(case), "intake_id": whole.intake(case)}
    return {**_addresses(whole)[0], **of_it}


def _about_patients(whole: WholeClinic) -> set[str]:
    """Whatever tells who somebody is, or what they said."""
    with whole.database.reading() as session:
        booked = list(session.scalars(select(Appointment)))
        told = {each.reference for each in booked} | {each.intake.receipt for each in booked}
        for patient in (each.patient for each in booked):
            told |= {patient.name, patient.phone, patient.email, *_written(patient.date_of_birth)}
            told |= set(patient.name.split())
        told |= {said for each in booked for said in _said(each.intake.draft)}
        # Who put an answer right stands beside it, and on the pages of people.
        told -= {each.name for each in session.scalars(select(User))}
    return {each for each in told if each and len(each) > 3}


def _said(draft: Any) -> Iterator[str]:
    """What was typed, word for word."""
    if isinstance(draft, str) and " " in draft:
        yield draft
    inside = draft.values() if isinstance(draft, dict) else draft if isinstance(draft, list) else ()
    for each in inside:
        yield from _said(each)


def _written(day: date) -> tuple[str, ...]:
    """A day as somebody may write it."""
    return format_day(day), format_day(day, "medium"), day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d.%m.%Y}"


def _text_of(answer: TestResponse) -> str:
    """All that can be read in it."""
    if answer.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    return html.unescape(answer.get_data(as_text=True))
