"""Passkeys (WebAuthn): a key pair in a phone, a computer or a stick. We keep the public half.

A passkey alone lets somebody in when it has looked at who holds it (finger, face, PIN). Beside a password it
is enough that it is there. It belongs to one address of the clinic, and none made of numbers.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from intake.config import Settings
from intake.services.audit import NOBODY, Action
from intake.services.context import Operation
from intake.services.staff.factors import steps
from intake.services.staff.factors.holdings import tell
from intake.services.staff.factors.steps import StepOver
from intake.storage import Refused
from intake.storage.encryption import Tampered
from intake.storage.models import JobKind, Passkey, SignInStep, User

LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
MOST = 20
# Milliseconds that the browser waits for the person.
PATIENCE = 5 * 60 * 1000
VERIFIED, PREFERRED = UserVerificationRequirement.REQUIRED, UserVerificationRequirement.PREFERRED


class PasskeyRefused(Refused):
    """What a passkey answered does not hold. Commit, then answer."""

    def __init__(self) -> None:
        super().__init__("passkey refused")


class TooManyPasskeys(Exception):
    """They have as many as anybody may."""


@dataclass(frozen=True)
class Site:
    """What passkeys of this clinic are bound to."""

    rp_id: str
    origin: str
    name: str

    @classmethod
    def of(cls, settings: Settings) -> "Site | None":
        """Of the clinic's own address; None where that can have no passkeys."""
        parts = urlsplit(settings.public_url)
        host = parts.hostname or ""
        if _is_number(host) or (parts.scheme != "https" and host != "localhost"):
            return None
        port = "" if parts.port in (None, {"https": 443, "http": 80}[parts.scheme]) else f":{parts.port}"
        return cls(host, f"{parts.scheme}://{host}{port}", settings.clinic_name)


@dataclass(frozen=True)
class PasskeyView:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    made_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, passkey: Passkey) -> "PasskeyView":
        """The passkey of this row."""
        return cls(passkey.id, passkey.name, passkey.made_at, passkey.last_used_at)


def all_of(op: Operation, user: User) -> list[Passkey]:
    """The passkeys of this person, the oldest first."""
    stmt = select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.made_at, Passkey.id)
    return list(op.session.scalars(stmt))


def find(op: Operation, user: User, passkey_id: UUID) -> Passkey | None:
    """This passkey, if it is theirs."""
    stmt = select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id)
    return op.session.scalars(stmt).one_or_none()


def ask_new(op: Operation, step: SignInStep, user: User, site: Site) -> str:
    """What the browser is to make a new passkey of, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        challenge=steps.ask_passkey(op, step),
        timeout=PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=PREFERRED
        ),
        exclude_credentials=_descriptors(op, user),
    )
    return options_to_json(options)


def keep_new(op: Operation, step: SignInStep, answer: str, name: str, site: Site) -> Passkey:
    """Keep the passkey that was made. Raises PasskeyRefused, StepOver (commit) and TooManyPasskeys."""
    user = step.user
    challenge = steps.spend_challenge(op, step)
    if user is None or len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    op.session.refresh(user, with_for_update={"key_share": True})
    if len(all_of(op, user)) >= MOST:
        raise TooManyPasskeys
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, IndexError):
        raise PasskeyRefused from None
    if _with_id(op, made.credential_id) is not None:
        raise PasskeyRefused
    steps.finish(op, step)
    passkey = Passkey(
        user_id=user.id,
        credential_hash=_hash_of(made.credential_id),
        sign_count=made.sign_count,
        made_at=op.now,
    )
    passkey.name = name
    passkey.content = {
        "user": str(user.id),
        "credential": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key),
    }
    op.session.add(passkey)
    op.session.flush()
    return passkey


def ask(op: Operation, step: SignInStep, site: Site, *, alone: bool) -> str:
    """What the browser is to ask of a passkey, as JSON; of any that it has where nobody said who they are.

    `alone`: it must look at who holds it.
    """
    user = step.user
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=steps.ask_passkey(op, step),
        timeout=PATIENCE,
        allow_credentials=_descriptors(op, user) if user is not None else None,
        user_verification=VERIFIED if alone else PREFERRED,
    )
    return options_to_json(options)


def check(op: Operation, step: SignInStep, answer: str, site: Site, *, alone: bool) -> User:
    """Whose passkey answered what was asked in this step, once. Raises PasskeyRefused (commit, then answer).

    `alone`: no password was shown, so the passkey must have looked at who holds it.
    """
    try:
        challenge = steps.spend_challenge(op, step)
    except StepOver:
        raise PasskeyRefused from None
    passkey = _answering(op, answer)
    user = op.session.get(User, passkey.user_id) if passkey is not None else None
    if passkey is None or user is None or not user.active or step.user_id not in (None, user.id):
        raise PasskeyRefused
    content = passkey.content
    if content["user"] != str(user.id):
        raise Tampered("A passkey is not of this person.")
    try:
        if not _is_for(answer, user):
            raise PasskeyRefused
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(content["public_key"]),
            # Looked at below, where it can be told apart from what is merely wrong.
            credential_current_sign_count=0,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, IndexError):
        raise PasskeyRefused from None
    _look_at_count(op, user, passkey, shown.new_sign_count)
    passkey.sign_count, passkey.last_used_at = shown.new_sign_count, op.now
    return user


def _look_at_count(op: Operation, user: User, passkey: Passkey, now: int) -> None:
    """One that counts how often it signs, and has counted no further, may be a copy."""
    if now > passkey.sign_count or now == passkey.sign_count == 0:
        return
    op.acting_as(NOBODY).record(Action.STAFF_PASSKEY_REFUSED, user, passkey=passkey.id, why="count")
    tell(op, user, JobKind.TELL_OF_COPIED_PASSKEY)
    raise PasskeyRefused


def _answering(op: Operation, answer: str) -> Passkey | None:
    """The passkey that an answer names, locked: two answers of it are looked at one after the other."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        named = base64url_to_bytes(_read(answer)["rawId"])
    except (ValueError, KeyError, TypeError):
        return None
    return _with_id(op, named)


def _is_for(answer: str, user: User) -> bool:
    """What a passkey says of whose it is, if it says so, is this person."""
    handle = _read(answer)["response"].get("userHandle")
    return not handle or base64url_to_bytes(handle) == user.id.bytes


def _read(answer: str) -> dict[str, Any]:
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise TypeError("An answer is an object.")
    return read


def _with_id(op: Operation, credential_id: bytes) -> Passkey | None:
    stmt = select(Passkey).where(Passkey.credential_hash == _hash_of(credential_id))
    return op.session.scalars(stmt.with_for_update()).one_or_none()


def _descriptors(op: Operation, user: User) -> list[PublicKeyCredentialDescriptor]:
    ids = (base64url_to_bytes(each.content["credential"]) for each in all_of(op, user))
    return [PublicKeyCredentialDescriptor(id=each) for each in ids]


def _hash_of(credential_id: bytes) -> str:
    return sha256(credential_id).hexdigest()


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
