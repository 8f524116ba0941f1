"""`flask --app wsgi render SOURCE --format pdf -o FILE`: a document of a vignette or a case. No database.

The whole way a real form goes: answers, screening, summary, document. What depends on the day is taken from
the case, so the same source gives the same document.
"""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from intake.cli import loading
from intake.cli.cases import BadCase, Case, read_case
from intake.config import Profile, Settings
from intake.documents import FORMATS, Paper, windows_1252
from intake.documents import render as render_document
from intake.i18n import speaking
from intake.questionnaire.journey import Journey
from intake.red_flags import SAFETY_VERSION, Screening, screen_with_texts
from intake.summary import Subject, Summary, write_summary

SENT_AT = time(8, 0)


@click.command("render")
@click.argument("source")
@click.option("--format", "name", type=click.Choice(list(FORMATS)), default="pdf", help="pdf when not said.")
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", windows_1252.ENCODING]),
    default="utf-8",
    help="Of the text; windows-1252 is for record systems that know no Unicode.",
)
@click.option("--paper", type=click.Choice(["A4", "Letter"]), help="The clinic's paper when not said.")
@click.option("-o", "--output", required=True, help="A file, or - for stdout.")
@with_appcontext
def render_command(source: str, name: str, encoding: str, paper: Paper | None, output: str) -> None:
    """Make a document of SOURCE: a vignette (V05), or a JSON file like a line of `screen`.

    The JSON may also have a "name", and an "appointment" such as "2026-03-27T09:40".
    """
    if encoding != "utf-8" and name != "text":
        raise click.UsageError("--encoding goes with --format text")
    clinic = current_app.extensions["clinic"]
    settings: Settings = clinic.settings
    case = _case(source, settings.today(clinic.now()))
    if case.ignored:
        click.echo(f"{source}: nobody asks {', '.join(case.ignored)}", err=True)
    with speaking(settings.language):
        summary = summary_of(case, settings)
        made = _made(summary, name, paper or settings.paper, settings)
        if encoding == windows_1252.ENCODING:
            made = windows_1252.encoded(made.decode())
    _write(made, output)


def summary_of(case: Case, settings: Settings) -> Summary:
    """The summary of a case, sent at eight in the morning of its day when it is complete."""
    journey = Journey(case.answers, case.on, features=settings.features)
    rules = settings.profile is Profile.RULES
    moment = datetime.combine(case.on, SENT_AT, settings.zone)
    born = case.answers.get("dob")
    return write_summary(
        journey,
        screen_with_texts(journey) if rules else Screening((), ()),
        Subject(
            case.name or str(case.id),
            date.fromisoformat(born) if isinstance(born, str) else None,
            appointment_at=_appointment(case, settings),
            reference=str(case.id),
        ),
        written_at=moment,
        sent_at=moment if journey.complete else None,
        patient_language=settings.language,
        clinic=settings.clinic_facts(moment),
        profile=settings.profile.value,
        show_patterns=settings.pattern_table,
    )


def _made(summary: Summary, name: str, paper: Paper, settings: Settings) -> bytes:
    approved = settings.approval(SAFETY_VERSION) is not None
    try:
        return render_document(summary, name, paper=paper, approved=approved)
    except UnicodeEncodeError:
        # JSON can spell half of a surrogate pair, which UTF-8 cannot write.
        raise click.ClickException("the case holds half a character (\\ud800 to \\udfff)") from None


def _write(made: bytes, output: str) -> None:
    try:
        # A full disk may only be noticed when the file is closed.
        with click.open_file(output, "wb") as file:
            file.write(made)
            file.flush()
    except OSError as problem:
        raise click.ClickException(f"{output}: could not write: {problem.strerror}") from None


def _case(source: str, today: date) -> Case:
    # Only whoever asks for a made-up patient loads them.
    with loading():
        from intake.demo.vignettes import VIGNETTES

    if source.upper() in (vignette.id for vignette in VIGNETTES):
        return _vignette(source.upper(), today)
    path = Path(source)
    if not path.is_file():
        known = f"{VIGNETTES[0].id} to {VIGNETTES[-1].id}"
        raise click.ClickException(f"{source} is neither a vignette ({known}) nor a file")
    try:
        return read_case(path.read_bytes())
    except BadCase as problem:
        raise click.ClickException(f"{source}: {problem}") from None
    except OSError as problem:
        raise click.ClickException(f"{source}: {problem.strerror}") from None


def _vignette(vignette_id: str, today: date) -> Case:
    with loading():
        from intake.demo.scenes import SCENES, name_of
        from intake.demo.vignettes import answers_of, vignette

    scene = next((each for each in SCENES if each.vignette == vignette_id), None)
    case = Case(vignette_id, today, answers_of(vignette(vignette_id), today), ())
    name = name_of(scene, 0) if scene else vignette_id
    return replace(case, name=name, appointment=f"{today}T09:40")


def _appointment(case: Case, settings: Settings) -> datetime | None:
    if not case.appointment:
        return None
    try:
        moment = datetime.fromisoformat(case.appointment)
        return settings.local(moment) if moment.tzinfo else moment.replace(tzinfo=settings.zone)
    except (ValueError, OverflowError):
        raise click.ClickException("appointment is no day and time like 2026-03-27T09:40") from None
