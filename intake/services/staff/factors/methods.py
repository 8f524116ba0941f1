"""What somebody can show to say who they are."""

from enum import StrEnum


class Method(StrEnum):
    """One thing that is shown; the session and the record keep which."""

    PASSWORD = "password"  # noqa: S105  (a name, no password)
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


# Each of these is enough beside a password. What another service asks for is that service's to say.
SECOND = frozenset({Method.TOTP, Method.RECOVERY_CODE, Method.PASSKEY, Method.SINGLE_SIGN_ON})


def written(methods: tuple[Method, ...]) -> str:
    """As the session and the record keep them."""
    return " ".join(methods)


def is_second_among(kept: str) -> bool:
    """True when what was kept of a sign-in names more than a password."""
    return bool(SECOND & set(kept.split()))
