"""Browsers say what they refused on our pages; only counts are kept, and never an address of a link."""

import json
import logging
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from intake.services.operations import policy_reports, retention
from intake.storage.models import PolicyReport
from intake.web.headers import HEADERS, REPORTS
from intake.web.reports import DIRECTIVES, LONGEST_REPORT, WORDS
from tests.acting import acting
from tests.strict import make_strict

SECRET = "kX3canarysecretofalinkthatopensaform0123456789"
OLD, NEW = "application/csp-report", "application/reports+json"


def old(**said: str) -> bytes:
    """What browsers send to `report-uri`."""
    return json.dumps({"csp-report": {name.replace("_", "-"): each for name, each in said.items()}}).encode()


def new(*bodies: dict[str, str]) -> bytes:
    """What browsers send to `report-to`."""
    return json.dumps([{"type": "csp-violation", "age": 10, "body": each} for each in bodies]).encode()


def sends(app, sent: bytes, kind: str = OLD, **headers: str):
    return make_strict(app).post(REPORTS, data=sent, content_type=kind, headers=headers)


def kept(database) -> list[tuple[str, str, str, int]]:
    with database.reading() as session:
        rows = session.scalars(select(PolicyReport).order_by(PolicyReport.number.desc())).all()
        return [(each.directive, each.blocked, each.route, each.number) for each in rows]


def test_pages_say_where_reports_go():
    assert f"report-uri {REPORTS}" in HEADERS["Content-Security-Policy"]
    assert "report-to policy" in HEADERS["Content-Security-Policy"]
    assert HEADERS["Reporting-Endpoints"] == f'policy="{REPORTS}"'


def test_reports_of_both_forms_are_counted_together(app, clinic_database):
    page = f"https://clinic.example/i/{SECRET}?c=ABCDEF#x"
    first = old(document_uri=page, violated_directive="script-src-elem", blocked_uri="inline", referrer=page)
    second = {
        "documentURL": page,
        "effectiveDirective": "script-src-elem",
        "blockedURL": "inline",
        "sample": f"alert('{SECRET}')",
    }

    assert sends(app, first).status_code == 204
    assert sends(app, new(second, second), NEW).status_code == 204

    assert kept(clinic_database) == [("script-src-elem", "inline", "/i/<copied:token>", 3)]


def test_nothing_of_the_page_is_kept_or_logged_or_shown(app, admin, clinic_database, caplog):
    caplog.set_level(logging.DEBUG)
    report = {
        "documentURL": f"http://127.0.0.1:8000/i/{SECRET}",
        "referrer": f"http://127.0.0.1:8000/c/{SECRET}",
        "sourceFile": f"http://127.0.0.1:8000/{SECRET}.js",
        "effectiveDirective": "img-src",
        "blockedURL": f"https://{SECRET[:30]}.evil.co.uk/{SECRET}?{SECRET}",
        "sample": SECRET,
        "originalPolicy": SECRET,
    }
    sends(app, new(report, report | {"blockedURL": "https://cdn.tracker.example/x?y"}), NEW)
    sends(app, new(report | {"effectiveDirective": SECRET, "documentURL": f"/{SECRET}"}), NEW)

    assert SECRET[:20].lower() not in (str(kept(clinic_database)) + caplog.text).lower()
    admin.opens("/operation")
    assert SECRET[:20].lower() not in admin.html.lower()
    for said in ("evil.co.uk", "tracker.example", "img-src", "/i/<copied:token>"):
        assert said in admin.words


@pytest.mark.parametrize(
    ("blocked", "as_"),
    [
        ("eval", "eval"),
        ("data", "data"),
        ("data:image/png;base64,AAAA", "data"),
        ("trusted-types-sink", "trusted-types-sink"),
        ("chrome-extension://abcdef/inject.js", "extension"),
        ("http://localhost:8000/i/secret", "self"),
        ("https://example.org/x", "example.org"),
        ("https://a.b.c.example.org/x", "example.org"),
        ("what a patient wrote", "other"),
        ("https://[::1/", "other"),
        ("https://what patient.example/", "other"),
        ("", "other"),
    ],
)
def test_what_was_refused_is_a_word_of_ours_or_a_host(app, clinic_database, blocked, as_):
    sends(app, old(document_uri="/day/", violated_directive="img-src 'self'", blocked_uri=blocked))

    assert kept(clinic_database)[0][:2] == ("img-src", as_)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(), each, max_size=4),
    max_leaves=8,
)
SAID = st.dictionaries(
    st.sampled_from(["documentURL", "effectiveDirective", "blockedURL", "violated-directive", "blocked-uri"]),
    st.text() | ANYTHING,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(ANYTHING | st.builds(lambda said: {"csp-report": said}, SAID))
def test_whatever_is_sent_is_counted_in_words_of_ours_or_refused(app, clinic_database, clock, told):
    clock.wait(minutes=11)

    assert sends(app, json.dumps(told).encode()).status_code in (204, 400)

    routes = {str(rule) for rule in app.url_map.iter_rules()} | {"other"}
    for directive, blocked, route, _ in kept(clinic_database):
        assert directive in DIRECTIVES | {"other"}
        assert blocked in WORDS | {"other", "extension"} or "." in blocked
        assert route in routes


def test_what_is_no_report_is_turned_away(app, clinic_database):
    assert sends(app, b"x" * (LONGEST_REPORT + 1)).status_code == 413
    assert sends(app, b"{", OLD).status_code == 400
    assert sends(app, b"\xff\xfe", OLD).status_code == 400
    assert sends(app, b"[" * 10_000).status_code == 400
    assert sends(app, old(), "application/json").status_code == 415
    assert sends(app, old(), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert kept(clinic_database) == []


def test_a_flood_of_reports_ends_soon_and_makes_few_rows(app, clinic_database, clock):
    answers = [sends(app, old(blocked_uri=f"https://h{at}.example")).status_code for at in range(40)]

    assert answers.count(204) == policy_reports.MOST_FROM_A_RANGE
    assert set(answers[policy_reports.MOST_FROM_A_RANGE :]) == {429}
    clock.wait(minutes=11)
    assert sends(app, old(blocked_uri="inline")).status_code == 204


def test_kinds_beyond_many_are_counted_together(clinic_database, clock):
    each = [
        policy_reports.Blocked("img-src", f"h{at}.example", "/") for at in range(policy_reports.MOST_KINDS)
    ]
    with acting(clinic_database, now=clock.now) as op:
        policy_reports.count(op, "", each)
        policy_reports.count(
            op, "", [policy_reports.Blocked("img-src", f"x{at}.example", "/") for at in range(9)]
        )
        op.commit()

    assert len(kept(clinic_database)) == policy_reports.MOST_KINDS + 1
    assert kept(clinic_database)[0] == ("other", "other", "other", 9)


def test_reports_are_gone_after_a_month(app, clinic_database, clock):
    sends(app, old(blocked_uri="inline"))
    for days, left in ((29, 1), (32, 0)):
        with acting(clinic_database, now=clock.now + timedelta(days=days)) as op:
            retention.sweep_up(op)
            op.commit()
        assert len(kept(clinic_database)) == left


def test_a_report_keeps_nobody_signed_in_and_needs_no_form(reception, clock, clinic_database):
    for _ in range(3):
        clock.wait(minutes=4)
        sent = reception.client.post(REPORTS, data=old(blocked_uri="inline"), content_type=OLD)
        assert sent.status_code == 204
        assert "Set-Cookie" not in sent.headers

    assert reception.opens("/day/").path == "/sign-in"
