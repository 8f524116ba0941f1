"""What is kept of a password, and the comparing, which is slow on purpose.

Each takes 64 MiB and a processor for a while. So they are done one at a time, in a thread of its own that
comes after everything that answers a page; few may wait for it, and whoever finds them waiting is told to
come back. Strangers never take the places of those who have signed in before. Safety: no transaction is open
meanwhile, so that nobody waits to save a page.
"""

import base64
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waited
from contextlib import contextmanager
from typing import TypeVar

from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION, hash_secret
from sqlalchemy.orm import Session

from intake.storage import Refused
from intake.text import password as typed

Found = TypeVar("Found")

# For each process of the web server: how many are done at once, and how many may be at it or wait.
AT_ONCE = 1
STRANGERS, KNOWN = 2, 12
LONGEST_WAIT = 10.0
# A flood of sign-ins is less urgent than any page.
NICER_BY = 5

# For random codes of 80 bits and more: OWASP's least for passwords, which people choose, is more than enough.
LIGHT = Parameters(Type.ID, ARGON2_VERSION, 16, 32, time_cost=2, memory_cost=19 * 1024, parallelism=1)

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# Compared when there is no password, so that this takes as long as a wrong one.
NO_HASH = "$argon2id$v=19$m=65536,t=3,p=4$BrLWvFB8nmeMJxDMaYL2oA$vjtB9953BccQbwhni1VPho6yw9whghzpGoov8iF5Xf8"


class Busy(Refused):
    """Others are being let in at this moment: come back in a few seconds. No try is spent."""


class HashedInTransaction(Exception):
    """A mistake of ours: everybody who saves a page would wait until the password is hashed."""


class _Places:
    """The thread that hashes, and the places of those who wait for it."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords", initializer=_step_back)
        self.strangers, self.known = threading.Semaphore(STRANGERS), threading.Semaphore(KNOWN)


@contextmanager
def turn(*, known: bool) -> Iterator[None]:
    """A place among those who wait; raises Busy at once when there is none. `known`: no stranger."""
    places = _places.known if known else _places.strangers
    if not places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        places.release()


def hashed(password: str) -> str:
    """What is kept of a password. It takes a while, so no transaction is open meanwhile. Raises Busy."""
    with turn(known=True):
        return _in_turn(lambda: _hasher.hash(typed.read(password)))


def hashed_lightly(codes: Sequence[str], salt: bytes) -> tuple[str, ...]:
    """What is kept of codes that nobody can guess, with one salt. Outside any transaction. Raises Busy."""
    with turn(known=True):
        return _in_turn(lambda: tuple(_light(code, salt, LIGHT) for code in codes))


def made_with(code_hash: str) -> str:
    """How a hash was made: its parameters and salt, without the hash itself."""
    return code_hash.rpartition("$")[0]


def hashed_as(session: Session, code: str, how: str) -> str:
    """The hash of `code` made as `made_with` says. Raises Busy, and HashedInTransaction as `is_right`."""
    if session.in_transaction():
        raise HashedInTransaction
    salt = how.rpartition("$")[2]
    raw = base64.b64decode(salt + "=" * (-len(salt) % 4))
    with turn(known=True):
        return _in_turn(lambda: _light(code, raw, extract_parameters(f"{how}$AAAA")))


def is_right(session: Session, password_hash: str | None, password: str) -> bool:
    """True when the password is the one of this hash; never where there is none, which takes as long.

    Within a `turn`. Raises Busy, and HashedInTransaction while `session` is in one.
    """
    if session.in_transaction():
        raise HashedInTransaction
    return _in_turn(lambda: _compared(password_hash, password))


def stronger(session: Session, password_hash: str, password: str) -> str | None:
    """The hash to keep from now on, where this one was made with less than is asked for; else None.

    As `is_right`, within the same turn.
    """
    if not _hasher.check_needs_rehash(password_hash):
        return None
    if session.in_transaction():
        raise HashedInTransaction
    return _in_turn(lambda: _hasher.hash(typed.read(password)))


def _light(code: str, salt: bytes, how: Parameters) -> str:
    return hash_secret(
        code.encode(), salt, how.time_cost, how.memory_cost, how.parallelism, LIGHT.hash_len, Type.ID
    ).decode()


def _compared(password_hash: str | None, password: str) -> bool:
    """As it is kept, and as it was typed: earlier versions kept that."""
    kept, typed_as = password_hash or NO_HASH, password[: typed.LONGEST + 1]
    right = any(_verified(kept, each) for each in dict.fromkeys((typed.read(typed_as), typed_as)))
    return right and password_hash is not None


def _verified(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _in_turn(work: Callable[[], Found]) -> Found:
    waiting = _places.thread.submit(work)
    try:
        return waiting.result(LONGEST_WAIT)
    except Waited:
        waiting.cancel()
        raise Busy from None


def _step_back() -> None:
    # On Linux each thread has a priority of its own, and those it starts have the same.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(19, os.nice(0) + NICER_BY))


def _begin_anew() -> None:
    """A process that was forked has none of the threads of the one it came from."""
    global _places
    _places = _Places()


_places = _Places()
os.register_at_fork(after_in_child=_begin_anew)
