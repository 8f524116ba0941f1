"""What is kept of passwords and made from passphrases, and what a password may be."""

import re
from datetime import timedelta

import pytest

from intake.services.operations.backup.backup_keys import SCRYPT
from intake.services.staff import accounts, passwords
from intake.storage import Database
from intake.storage.models import Role
from intake.text.password import LONGEST as LONGEST_PASSWORD
from tests.acting import NOW, acting

WITHOUT_RULES = [
    "only small letters and nothing else",
    "ΜΌΝΟ ΚΕΦΑΛΑΊΑ ΓΡΆΜΜΑΤΑ",
    "  blanks before, between and after  ",
    "9072 3316 4485 1207",
    "пароль из одних букв 🔑🗝",
    "a" * 7 + "the rest of a sentence that goes on, " * 4,
    '<b>"quotes" & \\ marks</b>; --',
]


@pytest.fixture
def hired(database: Database):
    """Add somebody who has this password; whether another word lets them in at a time."""

    def add(password: str):
        with acting(database) as op:
            accounts.add_user(
                op, name="Dr Bello", email="bello@example.org", role=Role.CLINICIAN, password=password
            )
            op.commit()

        def let_in(words: str, later: timedelta = timedelta()) -> bool:
            with acting(database, now=NOW + later) as op:
                try:
                    accounts.with_password(op, "bello@example.org", words)
                except accounts.SignInRefused:
                    op.commit()
                    return False
                op.commit()
                return True

        return let_in

    return add


@pytest.mark.parametrize("password", WITHOUT_RULES, ids=lambda each: each[:12])
def test_any_letters_in_any_number_make_a_password_and_each_counts(hired, password):
    let_in = hired(password)

    assert let_in(password)
    for changed in (
        password[:-1],
        password.swapcase(),
        password.strip() if password[0] == " " else f"{password} ",
    ):
        assert changed == password or not let_in(changed)


def test_a_password_may_have_200_letters_and_the_last_one_counts(hired):
    password = ("nine grey kettles under a quiet bridge, " * 6)[:LONGEST_PASSWORD]
    let_in = hired(password)

    assert LONGEST_PASSWORD >= 64
    assert let_in(password)
    assert not let_in(f"{password[:-1]}!")


def test_a_password_is_good_for_as_long_as_nobody_changes_it(hired):
    let_in = hired("four red wheelbarrows")

    assert let_in("four red wheelbarrows", timedelta(days=10 * 365))


def test_what_is_kept_of_a_password_is_argon2id_with_more_than_is_asked_for():
    kept, again = passwords.hashed("four red wheelbarrows"), passwords.hashed("four red wheelbarrows")

    for each in (kept, passwords.NO_HASH):
        found = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", each)
        assert found is not None
        memory, passes, _ = map(int, found.groups())
        # ASVS 5.0, appendix C: 12 MiB where there are three passes or more.
        assert memory >= 12_288
        assert passes >= 3
    assert kept != again


def test_a_backup_by_passphrase_costs_as_much_memory_as_is_asked_for():
    # ASVS 5.0, appendix C: 128 MiB where nothing is done side by side.
    assert SCRYPT["n"] >= 2**17
    assert (SCRYPT["r"], SCRYPT["p"]) == (8, 1)
