"""Lets wapiti and sqlmap loose on a running clinic: as a patient, and as each role of staff.

Both are bounded in time and ask nothing but this machine. First they look at a page that is made faulty on
purpose: whoever finds nothing there cannot be believed about the rest. An answer of 500 counts as a find.
"""

import json
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

from flask import Flask, Response, request
from sqlalchemy import select
from werkzeug.serving import make_server

from conformance import free_port
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.services.staff import accounts, sessions
from intake.storage.models import Invitation, InvitationState, Role
from tests.acting import acting
from tests.e2e.clinic import LiveClinic, running

# Not `ssrf`, which asks a machine elsewhere whether it was called.
ATTACKS = "xss,permanentxss,sql,blindsql,exec,file,crlf,redirect,csp,http_headers,cookieflags"
CRAWL_SECONDS, ATTACK_SECONDS, SQL_SECONDS = 30, 12, 90
# What ends the session that looks around is held back (wapiti cannot be told to leave it alone with a Python
# of today). What is done to others and to the clinic may happen.
ENDS_IT = ("/sign-out", "/lock", "/work-as", "/finish", "/form/leave", "/form/send", "/form/unfinished")
# Two are said of every server without TLS, which the proxy has (docs/deploying.md); browsers of today have
# no filter that the third could switch on.
NO_FAULTS = ("Strict-Transport-Security is not set", "Secure flag is not set", "X-XSS-Protection is not set")
PATIENT = "patient"
# Where somebody begins to look around, and what is tried with SQL: (address, what is sent).
BEGIN = {
    PATIENT: ("/form/", "/start"),
    Role.RECEPTION: ("/day/", "/find", "/appointments/new", "/import", "/records", "/drafts/"),
    Role.CLINICIAN: ("/worklist/", "/worklist/?whose=everybody", "/day/?show=sent", "/find"),
    Role.ADMIN: ("/settings", "/users", "/figures?from=2026-01-01&to=2026-12-31", "/operation", "/safety"),
}
WITH_SQL: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    PATIENT: (("/form/p_words", {"mc_main": "1"}), ("/c", {"code": "ABCD-EFGH-JKMN"})),
    Role.RECEPTION: (
        ("/day/?on=2026-01-05&show=sent&with=Dr+Noor+Example", {}),
        ("/find", {"asked": "Example"}),
        ("/records", {"one": "ABCDEF", "other": "GHJKLM"}),
    ),
    Role.CLINICIAN: (("/worklist/?whose=everybody", {}), ("/find", {"asked": "Example"})),
    Role.ADMIN: (
        ("/figures?from=2026-01-01&to=2026-12-31", {}),
        ("/users/new", {"name": "Anna", "email": "anna@clinic.example", "role": "reception", "once": "x"}),
    ),
}


@dataclass
class Watched:
    """What a server answered while it was scanned: faults of its own, and which pages were reached."""

    broken: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    whose: str = "nobody"

    def hold_back(self) -> Response | None:
        """Answer in the place of what would end the session of whoever looks around."""
        ends_it = request.path in ENDS_IT or self.whose in request.path
        return Response(status=204, mimetype="text/plain") if ends_it and request.method == "POST" else None

    def look(self, response: Response) -> Response:
        """Note an answer."""
        if response.status_code >= 500:
            self.broken.append(f"{response.status_code} {request.method} {request.path}")
        elif response.status_code < 300:
            self.reached.add(str(request.endpoint))
        return response


@dataclass(frozen=True)
class Visitor:
    """Whoever is signed in by this cookie; `token` is that of their forms, `user_id` who of the staff."""

    who: str
    url: str
    cookie: str
    token: str = ""
    user_id: str = "nobody"


def check() -> bool:
    """Whether nobody finds anything in the clinic, and both find what is wrong with the faulty page."""
    with tempfile.TemporaryDirectory() as folder:
        if not _can_find(Path(folder)):
            return False
        with running(Path(folder)) as clinic:
            watched = Watched()
            clinic.app.before_request(watched.hold_back)
            clinic.app.after_request(watched.look)
            finds = [find for who in BEGIN for find in _scan(clinic, who, watched, Path(folder))]
    finds += sorted(set(watched.broken))[:20]
    print(*finds, sep="\n", end="\n" if finds else "")
    return not finds


def _scan(clinic: LiveClinic, who: str, watched: Watched, folder: Path) -> Iterator[str]:
    visitor = _let_in(clinic, who)
    watched.reached.clear()
    watched.whose = visitor.user_id
    begin = [visitor.url + each for each in BEGIN[who]]
    yield from (f"{who}: {each}" for each in _wapiti(visitor, begin, folder))
    for address, sent in WITH_SQL[who]:
        yield from (f"{who}: {each}" for each in _sqlmap(visitor, address, sent, folder))
    print(f"{who}: {len(watched.reached)} kinds of pages reached.")
    if len(watched.reached) < len(BEGIN[who]):
        yield f"{who}: only {sorted(watched.reached)} were reached"


def _wapiti(visitor: Visitor, begin: list[str], folder: Path) -> list[str]:
    """What it found. It crawls from `begin` on, with the cookie, and attacks what takes something."""
    report = folder / f"{visitor.who}.json"
    options = (
        f"-u {visitor.url}/ --scope folder -m {ATTACKS} --skip csrf_token -d 3 --max-links-per-page 40 "
        "--max-files-per-dir 12 --max-parameters 60 -t 10 -S normal "
        f"--max-scan-time {CRAWL_SECONDS} --max-attack-time {ATTACK_SECONDS} "
        f"--flush-session --store-session {folder}/wapiti --no-bugreport -v 0 -f json -o {report}"
    )
    command = ["wapiti", *options.split(), "-H", f"Cookie: {visitor.cookie}"]
    command += [part for each in begin for part in ("-s", each)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not report.exists():
        return [f"wapiti did not end well: {done.stdout[-500:]} {done.stderr[-500:]}"]
    said = json.loads(report.read_text())
    kinds = {**said["vulnerabilities"], **said["anomalies"]}
    found = (
        f"wapiti, {kind}: {each['path']} {each['info']}" for kind, all_ in kinds.items() for each in all_
    )
    return [each for each in found if not any(words in each for words in NO_FAULTS)]


def _sqlmap(visitor: Visitor, address: str, sent: dict[str, str], folder: Path) -> list[str]:
    """What it could inject into what is sent, or else into the query."""
    options = (
        f"--batch --skip csrf_token --level 1 --risk 2 --technique BEU --timeout 10 --retries 1 "
        f"--flush-session --disable-coloring --ignore-redirects --output-dir {folder}/sqlmap "
        "--ignore-code 400,403,404,409,422"
    )
    command = ["sqlmap", "-u", visitor.url + address, "--cookie", visitor.cookie, *options.split()]
    if sent:
        command += ["--data", urlencode({**sent, "csrf_token": visitor.token})]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SQL_SECONDS)
    except subprocess.TimeoutExpired:
        return [f"sqlmap took more than {SQL_SECONDS} seconds for {address}"]
    if "identified the following injection point" in done.stdout or "is vulnerable" in done.stdout:
        return [f"sqlmap: {address} {done.stdout.partition('Parameter:')[2].partition('---')[0].strip()}"]
    if "do not appear to be injectable" not in done.stdout:
        return [f"sqlmap did not come to an end with {address}: {done.stdout[-500:]}"]
    return []


def _let_in(clinic: LiveClinic, who: str) -> Visitor:
    """Sign somebody in without the page, and read the token of their forms."""
    _fill(clinic)
    user_id, email = "nobody", "" if who == PATIENT else clinic.hire(Role(who))
    with acting(clinic.database, settings=clinic.settings, now=datetime.now(UTC)) as op:
        if who == PATIENT:
            still_open = select(Invitation).where(Invitation.state == InvitationState.OPEN)
            kept = {"patient": sessions.start_patient(op, op.session.scalars(still_open).all()[-1])}
        else:
            user = accounts.with_email(op, email)
            assert user is not None
            kept, user_id = {"staff": sessions.start_staff(op, user)}, str(user.id)
        op.commit()
    client = clinic.app.test_client()
    with client.session_transaction() as session:
        session.update(kept)
    page = client.get("/sign-in").get_data(as_text=True)
    cookie = client.get_cookie("backstory")
    token = page.split('name="csrf_token" value="')[1].partition('"')[0]
    sent = f"backstory={cookie.value if cookie else ''}"
    return Visitor(who, clinic.settings.public_url, sent, token, user_id)


def _fill(clinic: LiveClinic) -> None:
    """Patients to be found."""
    demonstration = DemoClinic(clinic.database, clinic.settings, datetime.now(UTC))
    demonstration.add_staff()
    for scene in SCENES[:6]:
        demonstration.add(scene)


# ---- what is faulty on purpose


def _can_find(folder: Path) -> bool:
    """Both find what is wrong where something is."""
    with _served(_faulty()) as url:
        nobody = Visitor("faulty", url, "a=b")
        by_wapiti = _wapiti(nobody, [f"{url}/find?name=Iris"], folder)
        by_sqlmap = _sqlmap(nobody, "/find?name=Iris", {}, folder)
    print(f"On the faulty page wapiti finds {len(by_wapiti)} things, sqlmap {len(by_sqlmap)}.")
    able = any("XSS" in each for each in by_wapiti) and any("Type:" in each for each in by_sqlmap)
    if not able:
        print(*by_wapiti, *by_sqlmap, sep="\n")
    return able


def _faulty() -> Flask:
    app = Flask("faulty")
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript(
        "CREATE TABLE patient (name TEXT); INSERT INTO patient VALUES ('Iris'), ('Oscar');"
    )

    @app.get("/")
    def front() -> str:
        return '<html><body><a href="/find?name=Iris">Find</a></body></html>'

    @app.get("/find")
    def find() -> str:
        name = request.args.get("name", "")
        found = database.execute(f"SELECT name FROM patient WHERE name = '{name}'")
        return f"<html><body><p>{name}</p>{found.fetchall()}</body></html>"

    return app


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    port = free_port()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
