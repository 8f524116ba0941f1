"""The clinic's settings on a page: all mistakes at once, nothing typed lost, in force at the next request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.config import LANGUAGES, Profile, Settings, SettingsInvalid
from intake.i18n import format_day, format_moment, format_time, gettext, join
from intake.messaging import invitation, mail_sender, reminder
from intake.red_flags import SAFETY_VERSION
from intake.services.operations import approvals, clinic_settings, retention
from intake.services.operations.clinic_settings import Kept, SettingsChanged
from intake.services.staff.accounts import Permission
from intake.web import clinic, only, operation, reading
from intake.web.admin.blueprint import blueprint, proved
from intake.web.admin.settings_form import SettingsForm, groups, weighty
from intake.web.error_handlers import carried

JUST_BEFORE_CLOSING = timedelta(minutes=10)


@blueprint.get("/settings")
@only(Permission.MANAGE_SETTINGS)
def settings() -> str:
    """What is set, and how it will look."""
    form = SettingsForm(_kept().values)
    with reading() as op:
        form.complain(clinic_settings.left_aside(op.session, clinic().environment))
    return _page(form, clinic().settings)


@blueprint.post("/settings")
@only(Permission.MANAGE_SETTINGS)
@proved
def change_settings() -> str | Response | tuple[str, int]:
    """Put what was typed in force, or say everything that is wrong with it."""
    kept = _kept()
    form = SettingsForm(kept.values, request.form)
    different = form.different()
    if form.problems:
        return _page(form, clinic().settings), 422
    try:
        would_be = _checked(different)
    except SettingsInvalid as refusal:
        form.complain(refusal.problems)
        return _page(form, clinic().settings), 422
    if form.clashes:
        return _page(form, clinic().settings), 409
    if "look" in request.form:
        return _page(form, would_be, looking=True)
    if weighty(different) and "sure" not in request.form:
        return _sure_page(different, would_be)
    return _change(different, kept)


def _change(different: Mapping[str, str], kept: Kept) -> Response | tuple[str, int]:
    with operation() as op:
        try:
            clinic_settings.change(op, clinic().environment, different, version_token=kept.count)
        except (SettingsChanged, SettingsInvalid):
            # Somebody else was quicker by a moment: what was typed is laid over what they set, to be seen.
            op.rollback()
            form = SettingsForm(_kept().values, request.form)
            return _page(form, clinic().in_force()), 409
        op.commit()
    return redirect(url_for("admin.settings", saved="1"), 303)


def _page(form: SettingsForm, shown: Settings, *, looking: bool = False) -> str:
    return render_template(
        "admin/settings.html",
        form=form,
        groups=groups(),
        saved="saved" in request.args,
        looking=looking,
        hours=tuple(hours_in_words(shown, clinic().now())),
        holidays=holidays_listed(shown, clinic().now()),
        languages=join([LANGUAGES[code] for code in shown.offered]),
        only_one=len(LANGUAGES) == 1,
        messages=tuple(_messages(shown)),
        safety_version=SAFETY_VERSION,
        approval=approvals.in_force(shown),
        outdated=shown.approved_rules not in ("", SAFETY_VERSION),
        rules=shown.profile is Profile.RULES,
        mail=mail_sender(shown) is not None,
        mail_server=shown.mail_server is not None,
        texts=shown.text_sender is not None,
    )


@dataclass(frozen=True)
class HolidayView:
    """A public holiday, to be switched off: `iso` is its day."""

    iso: str
    words: str
    name: str


def holidays_listed(settings: Settings, now: datetime) -> tuple[HolidayView, ...]:
    """Every public holiday of this year and the next, those too on which the clinic is open."""
    year = settings.today(now).year
    return tuple(
        HolidayView(day.isoformat(), format_day(day, "full"), name)
        for each in (year, year + 1)
        for day, name in settings.holidays_in(each).items()
    )


def hours_in_words(settings: Settings, now: datetime) -> list[str]:
    """How the opening hours come out, so that they can be checked by eye."""
    closes = settings.opening.closes_at(settings.local(now))
    opens = settings.open_from(now)
    if opens is None:
        return [gettext("The clinic does not open for a month.")]
    if closes is not None:
        state = gettext("Open now. Next closing: %(when)s.", when=_when(settings, closes, now))
    else:
        state = gettext("Shut now. Next opening: %(when)s.", when=_when(settings, opens, now))
    closing = closes or settings.opening.closes_at(settings.local(opens)) or opens
    return [
        state,
        _promise(settings, now, now),
        _promise(settings, closing - JUST_BEFORE_CLOSING, now),
        _promise(settings, closing + JUST_BEFORE_CLOSING, now),
    ]


def _promise(settings: Settings, told: datetime, now: datetime) -> str:
    by = settings.call_back_by(told)
    if by is None:
        return gettext("A patient told at %(told)s is promised no time.", told=_when(settings, told, now))
    return gettext(
        "A patient told at %(told)s is promised a call by %(by)s.",
        told=_when(settings, told, now),
        by=_when(settings, by, now),
    )


def _when(settings: Settings, at: datetime, now: datetime) -> str:
    if settings.today(at) == settings.today(now):
        return gettext("%(time)s today", time=format_time(at, settings.zone))
    return format_moment(at, settings.zone)


def _messages(settings: Settings) -> list[tuple[str, str, str]]:
    """(what, subject, text) of each message as it would leave for somebody who comes at this hour."""
    link, now = f"{settings.public_url}/i/...", clinic().now()
    invited, reminded = (write(settings, link, now) for write in (invitation, reminder))
    return [
        (gettext("Invitation"), invited.subject, invited.text.strip()),
        (gettext("Reminder"), reminded.subject, reminded.text.strip()),
        (gettext("Text message"), "", invited.short),
    ]


def _to_be_erased(different: Mapping[str, str], would_be: Settings) -> int | None:
    """How many appointments would be erased at once; None when nothing changes in how long they are kept."""
    if not different.keys() & {"BACKSTORY_KEEP_SENT", "BACKSTORY_KEEP_UNSENT"}:
        return None
    with reading() as op:
        return len(retention.expired(replace(op, settings=would_be), limit=10_000))


def _sure_page(different: Mapping[str, str], would_be: Settings) -> str:
    approval = approvals.in_force(would_be)
    return render_template(
        "admin/settings_sure.html",
        carried=carried(),
        profile=would_be.profile.value if "BACKSTORY_PROFILE" in different else "",
        approves=any(name.startswith("BACKSTORY_APPROVED") for name in different),
        approval=approval,
        on=format_day(approval.on) if approval else "",
        safety_version=SAFETY_VERSION,
        erases=_to_be_erased(different, would_be),
        keep_sent=would_be.keep_sent,
        keep_unsent=would_be.keep_unsent,
    )


def _checked(different: Mapping[str, str]) -> Settings:
    with reading() as op:
        return clinic_settings.check(op.session, clinic().environment, different)


def _kept() -> Kept:
    with reading() as op:
        return clinic_settings.kept(op.session, clinic().environment)
