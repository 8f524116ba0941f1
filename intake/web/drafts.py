"""What staff type is kept while they type it, and offered when they open the form again.

Every form of staff with boxes says so by one macro (`forms.draft`). A script keeps what stands in the boxes
(static/js/drafts.js); without one, what was posted and not taken is kept. A redirect after a POST means that
it was saved, and ends the draft.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from intake.services.context import Operation
from intake.services.staff import drafts
from intake.services.staff.accounts import Permission, may
from intake.services.staff.drafts import DraftOver, DraftView, Fields, FormAddress
from intake.storage.models import User
from intake.web import (
    SIGNED_IN,
    NotSignedIn,
    before_second_factor,
    guard_of,
    may_here,
    only,
    operation,
    reading,
)
from intake.web.error_handlers import DATABASE_IS_AWAY, NOT_CARRIED

blueprint = Blueprint("drafts", __name__)

# The boxes of the macro, and the key that makes one press of a button out of two: of this page alone.
OF_THE_PAGE = ("draft", "draft_page", SIGNED_IN, "once")
# Boxes, and characters in all of them.
MOST_BOXES = 400
MOST_OFFERED = 2
LONGEST = 100_000


@dataclass(frozen=True)
class FormDraft:
    """What the macro writes into a form: the draft it goes on with, and the latest that was begun before.

    More than a few are offered on the page of all drafts only: the form must stay in sight.
    """

    id: UUID
    page: str
    offered: tuple[DraftView, ...]


def install_drafts(app: Flask) -> None:
    """Teach the templates which drafts a form has, and keep what is posted and not taken."""
    app.jinja_env.globals.update(draft_of=draft_of)
    app.after_request(_keep_or_end)


def draft_of(address: str) -> FormDraft:
    """The draft of the form on this page that is sent to `address`; one that is shown again goes on."""
    sent = request.form if request.method == "POST" and request.path == address else {}
    draft_id = _uuid(sent.get("draft", "")) or uuid4()
    page = sent.get("draft_page") or (request.path if request.method in ("GET", "HEAD") else address)
    with reading() as op:
        begun = drafts.of_form(op, address)
    return FormDraft(draft_id, page, tuple(each for each in begun if each.id != draft_id)[:MOST_OFFERED])


@blueprint.get("/drafts/")
@only(Permission.SIGN_IN)
def mine() -> str:
    """What I have begun and not saved, in words: without scripts, or when the form is out of reach."""
    with reading() as op:
        mine_ = drafts.all_of(op)
    begun = tuple(each for each in mine_ if _may_send_here(each.address))
    return render_template(
        "drafts.html",
        begun=tuple(replace(each, fields=_told(each.fields)) for each in begun),
        elsewhere=sum(_may_send(g.user, each.address) for each in mine_) - len(begun),
    )


@blueprint.get("/drafts/<uuid:draft_id>")
@only(Permission.SIGN_IN)
@before_second_factor
def fields(draft_id: UUID) -> dict[str, Any]:
    """What was typed, box by box, for the script that puts it back."""
    with reading() as op:
        found = drafts.find(op, draft_id)
    if found is None or not _may_send_here(found.address):
        abort(404)
    return {"fields": found.fields}


@blueprint.post("/drafts/<uuid:draft_id>")
@only(Permission.SIGN_IN)
@before_second_factor
def keep(draft_id: UUID) -> Response:
    """Keep what stands in the boxes of a form now."""
    sent: Any = request.get_json()
    if not isinstance(sent, dict):
        abort(400)
    # Safety: what one person typed is never kept for another who has signed in since.
    if sent.get(SIGNED_IN) != str(g.user.id):
        raise NotSignedIn
    typed = _typed(_pairs(sent.get("fields")))
    with operation() as op:
        try:
            drafts.keep(op, draft_id, _place(op, str(sent.get("address")), str(sent.get("page"))), typed)
        except DraftOver:
            abort(410)
        op.commit()
    return Response(status=204, mimetype="text/plain")


@blueprint.post("/drafts/<uuid:draft_id>/discard")
@only(Permission.SIGN_IN)
def discard(draft_id: UUID) -> AnyResponse:
    """It is not needed any more."""
    with operation() as op:
        drafts.end(op, draft_id)
        op.commit()
    return redirect(url_for("drafts.mine"), 303)


def keep_posted(user: User) -> None:
    """Keep what `user` has posted on a page that carries a draft and was not taken."""
    g.user = user
    try:
        _keep_or_end(Response(status=401))
    finally:
        g.pop("user")


def _keep_or_end(response: Response) -> Response:
    if request.method != "POST" or "user" not in g or response.status_code >= 500:
        return response
    if response.status_code == 413:
        # Too large to be read at all, so there is nothing to keep.
        return response
    # More than one where what was typed into a form goes on in another: then both are over.
    for draft_id in filter(None, map(_uuid, request.form.getlist("draft"))):
        try:
            _settle(draft_id, taken=300 <= response.status_code < 400)
        except (DraftOver, HTTPException, *DATABASE_IS_AWAY):
            # It is over already, too long, or cannot be kept now: the answer to what was posted stands.
            current_app.logger.info("A draft was not kept.")
    return response


def _settle(draft_id: UUID, *, taken: bool) -> None:
    with operation() as op:
        place = _place(op, request.path, request.form.get("draft_page", ""))
        if taken:
            drafts.end(op, draft_id, place)
        else:
            drafts.keep(op, draft_id, place, _typed(request.form.items(multi=True)))
        op.commit()


def _place(op: Operation, address: str, page: str) -> FormAddress:
    """Where it is typed, if whoever is here may send it; what the address says it is about."""
    if not _may_send(g.user, address):
        abort(404)
    values = _route(address, "POST")[1]
    about = values.get("appointment_id")
    if about is None and "intake_id" in values:
        about = drafts.appointment_of(op, values["intake_id"]) or abort(404)
    is_page = len(page) <= 200 and guard_of(current_app, _route(page, "GET")[0]) in list(Permission)
    return FormAddress(address, page if is_page else address, about)


def _may_send(user: User, address: str) -> bool:
    """The address takes a form of staff, and from this person, in whatever role they work now."""
    permission = _permission(address)
    return permission is not None and may(user, permission)


def _may_send_here(address: str) -> bool:
    """The same in the role in which they work now: what was typed in another one is not shown in it."""
    permission = _permission(address)
    return permission is not None and may_here(permission)


def _permission(address: str) -> Permission | None:
    """What somebody must be allowed to do to send a form to this address; None where no staff may."""
    guard = guard_of(current_app, _route(address, "POST")[0]) if len(address) <= 200 else None
    return Permission(guard) if guard in list(Permission) else None


def _route(address: str, method: str) -> tuple[str, dict[str, Any]]:
    """(endpoint, values) of an address; that of static files, which nobody guards, when there is none."""
    try:
        endpoint, values = current_app.url_map.bind("").match(address, method=method)
    except HTTPException:
        return "static", {}
    return endpoint, dict(values)


def _typed(pairs: Iterable[tuple[str, str]]) -> Fields:
    """What is worth keeping: no secret, nothing that belongs to the page alone."""
    typed = tuple(
        (name, value)
        for name, value in pairs
        if name not in OF_THE_PAGE and not any(part in name for part in NOT_CARRIED)
    )
    if len(typed) > MOST_BOXES or sum(len(value) for _, value in typed) > LONGEST:
        abort(413)
    return typed


def _told(fields: Fields) -> Fields:
    """What a person reads of it: not what only the page knows, such as its version token and ids."""
    return tuple(
        (name, value)
        for name, value in fields
        if value.strip() and not (name == "seen" or name.startswith("was_") or _uuid(value))
    )


def _pairs(sent: Any) -> list[tuple[str, str]]:
    pairs = sent if isinstance(sent, list) else abort(400)
    if not all(isinstance(each, list) and [type(part) for part in each] == [str, str] for each in pairs):
        abort(400)
    return [(name, value) for name, value in pairs]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
