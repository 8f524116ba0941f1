"""The documents on security say what is so: each requirement has its row, each figure is the program's."""

import ast
import re
import ssl
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from math import log2
from pathlib import Path

import pytest
from webauthn.registration.generate_registration_options import default_supported_pub_key_algs

from intake.services.appointments.importing import LARGEST, MOST_ROWS, contents, table, workbook
from intake.services.forms import together
from intake.services.invitations import links, walk_ins, wrong_links
from intake.services.operations import policy_reports
from intake.services.staff import (
    account_mail,
    drafts,
    guesses,
    known_browsers,
    password_links,
    passwords,
    sessions,
)
from intake.services.staff.accounts import GRANTS, OF_ROLES, PERMISSIONS, Permission
from intake.services.staff.factors import codes, passkeys, recovery_codes, steps, totp
from intake.services.staff.factors.methods import Method
from intake.services.staff.sign_on import answers, provider, shown
from intake.storage import encryption
from intake.storage.encryption import Keys, Purpose
from intake.storage.models import Role, SessionKind, StaffLinkPurpose
from intake.storage.models.row import DataClass
from intake.text import password as typed_password
from intake.text.code import LETTERS
from intake.web import freshness, headers, reports, sign_on
from intake.web.second_factor import asked as second_step
from tests.asvs import REQUIREMENTS

ROOT = Path(__file__).parents[1]
SECURITY, RULES = ROOT / "docs/security.md", ROOT / "docs/security-rules.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
WITHOUT_A_TEST = (
    "Not applicable: ",
    "Left to the deployment, ",
    "Open, because ",
)


def rows() -> list[tuple[str, int, str, str]]:
    """(number, level, what is asked, what shows it) of each row."""
    found = ROW.findall(SECURITY.read_text(encoding="utf-8"))
    return [(number, int(level), asked, shown) for number, level, asked, shown in found]


def test_the_standard_has_as_many_requirements_as_it_says() -> None:
    levels = list(REQUIREMENTS.values())

    assert [levels.count(level) for level in (1, 2, 3)] == [70, 183, 92]


def test_every_requirement_of_level_1_and_2_has_its_row_once_and_no_other_is_there() -> None:
    asked = [(number, level) for number, level in REQUIREMENTS.items() if level <= 2]

    assert [(number, level) for number, level, _, _ in rows()] == asked


def test_every_row_names_tests_or_says_why_there_is_none() -> None:
    silent = [
        number
        for number, _, _, shown in rows()
        if not NAMED.search(shown) and not shown.startswith(WITHOUT_A_TEST)
    ]
    # "As" another row: which says it.
    dangling = [
        (number, other)
        for number, _, _, shown in rows()
        for other in re.findall(r"(?:as|with) (\d+\.\d+\.\d+)", shown)
        if other not in REQUIREMENTS
    ]

    assert silent == []
    assert dangling == []
    assert all(len(asked) <= 80 for _, _, asked, _ in rows())


def test_every_named_test_is_collected() -> None:
    named = {each for _, _, _, shown in rows() for each in NAMED.findall(shown)}

    gone = [
        f"{file}::{test}" for file, test in sorted(named) if test not in _collected(ROOT / "tests" / file)
    ]
    assert len(named) > 150
    assert gone == []


@cache
def _collected(file: Path) -> frozenset[str]:
    """The tests that pytest finds in a file."""
    if not file.name.startswith("test_") or not file.exists():
        return frozenset()
    parts = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(each.name for each in parts if isinstance(each, ast.FunctionDef))


# ---- the rules


def table_under(heading: str) -> dict[str, list[str]]:
    """The first table under a heading of the rules: its rows by what stands first."""
    text = RULES.read_text(encoding="utf-8")
    part = re.split(r"^## ", text[text.index(f"## {heading}\n") + 3 :], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return {line[0].strip("`"): line[1:] for line in lines[2:]}


def in_words(length: timedelta) -> str:
    days, hours, minutes = length.days, length.seconds // 3600, length.seconds // 60
    if days:
        return f"{days} days"
    return f"{hours} hour{'s' * (hours > 1)}" if minutes % 60 == 0 and hours != 1 else f"{minutes} minutes"


def times(most: int, within: timedelta) -> str:
    return f"{most} in {int(within.total_seconds() // 60)} minutes"


def test_every_limit_is_written_down_as_it_is() -> None:
    lasts = {purpose: int(length / timedelta(hours=1)) for purpose, length in password_links.LASTS.items()}
    limits = {
        "one request": f"{headers.LONGEST_BODY // 1024} KiB",
        "one request with a file of appointments": f"{headers.LONGEST_FILE // 1024**2} MiB",
        "fields of a form": f"{headers.MOST_FIELDS:,}",
        "fields of a form about a file": f"{headers.MOST_FIELDS_OF_A_FILE:,}",
        "a file of appointments": f"{LARGEST // 1024**2} MB",
        "rows of a file": f"{MOST_ROWS}",
        "columns of a table": f"{table.MOST_COLUMNS}",
        "a workbook, unpacked": f"{workbook._MOST_UNPACKED // 1024**2} MiB",
        "parts of a workbook": f"{workbook._MOST_PARTS}",
        "guesses at a password: one account, one range of addresses": times(guesses.TRIES, guesses.WINDOW),
        "guesses at a password: one account, everybody": times(
            guesses.TRIES_AT_AN_ACCOUNT, guesses.ACCOUNT_WINDOW
        ),
        "guesses at a password: one range, every account": times(
            guesses.TRIES_FROM_A_RANGE, guesses.RANGE_WINDOW
        ),
        "wrong links and codes from one range": times(wrong_links.MOST, wrong_links.WINDOW),
        "dates of birth for one link": f"{links.TRIES}",
        "codes on one tablet": times(walk_ins.TRIES_ON_A_TABLET, walk_ins.TABLET_WINDOW),
        "dates of birth for one code": f"{walk_ins.DATES_FOR_A_CODE}",
        "dates of birth given to staff for one form": times(together.TRIES, together.WINDOW),
        "letters of a password": f"{typed_password.SHORTEST} to {typed_password.LONGEST}",
        "codes after the password, of an app and of recovery apart": times(codes.TRIES, codes.WINDOW),
        "the same in an hour": times(codes.TRIES_IN_AN_HOUR, codes.HOUR),
        "a code of an app counts for": f"{(1 + 2 * totp.DRIFT) * totp.SECONDS} seconds",
        "recovery codes": f"{recovery_codes.NUMBER}",
        "passkeys of one person": f"{passkeys.MOST}",
        "questions to passkeys from one range": times(second_step.QUESTIONS, second_step.WITHIN),
        "from the password to the second factor, and for a passkey to answer": in_words(steps.LASTS),
        "from leaving for the provider to coming back, and the age of a logout": in_words(shown.LASTS),
        "sign-ons under way in one browser": f"{sign_on.MOST_UNDER_WAY}",
        "an answer of the provider": f"{answers.LONGEST_ANSWER // 1024} KiB",
        "showing again who one is holds for": in_words(freshness.LASTS),
        "mails about new browsers to one person": f"{account_mail.MOST_A_DAY} in a day",
        "a report of a browser about our pages": f"{reports.LONGEST_REPORT // 1024} KiB",
        "such reports from one range": times(policy_reports.MOST_FROM_A_RANGE, policy_reports.WINDOW),
        "such reports from everywhere": times(policy_reports.MOST, policy_reports.WINDOW),
        "kinds of such reports on one day": f"{policy_reports.MOST_KINDS}",
        "passwords compared at once in a process": f"{passwords.AT_ONCE}",
        "strangers who wait for that": f"{passwords.STRANGERS}",
        "forms that one person has begun and not saved": f"{drafts.MOST}",
        "a link for a new member of staff lasts": f"{lasts[StaffLinkPurpose.WELCOME]} hours",
        "a link for a new password lasts": f"{lasts[StaffLinkPurpose.RESET]} hour",
        "the code for a tablet lasts": in_words(walk_ins.CODE_LASTS),
        "a browser that has signed in before is known for": in_words(known_browsers.KEPT_FOR),
    }

    assert {name: said for name, (said,) in table_under("How much, and how often").items()} == limits
    heavy = [said for (said,) in table_under("What takes long").values()]
    assert any("two strangers may wait" in said for said in heavy)
    assert passwords.STRANGERS == 2
    asking = table_under("What takes long")["asking the provider of sign-on"][0]
    assert f"{provider.AT_ONCE} at once" in asking
    assert f"{answers.SECONDS:.0f} seconds" in asking


def test_how_long_sessions_last_is_written_down() -> None:
    limits = {
        "staff": sessions.LIMITS[SessionKind.STAFF],
        "patient": sessions.LIMITS[SessionKind.PATIENT],
        "patient on a tablet of the clinic": sessions.ON_A_TABLET,
        "tablet": sessions.LIMITS[SessionKind.TABLET],
    }

    assert table_under("Sessions") == {
        whose: [_length(limit.idle), _length(limit.absolute)] for whose, limit in limits.items()
    }
    assert len(limits) == len(SessionKind) + 1


def _length(length: timedelta) -> str:
    if length.days:
        return f"{length.days} days"
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60} hours" if minutes > 60 else f"{minutes} minutes"


def test_every_kind_of_text_has_its_rule() -> None:
    modules = {each.stem for each in (ROOT / "intake/text").glob("*.py")} - {"__init__", "folding"}

    assert {Path(row[0].strip("`")).stem for row in table_under("What comes in").values()} == modules


def test_every_ending_of_a_file_is_written_down() -> None:
    text = RULES.read_text(encoding="utf-8")

    assert all(f"`{ending}`" in text for ending in (contents.WORKBOOK, *contents.OF_TEXT))
    form = (ROOT / "templates/reception/import.html").read_text(encoding="utf-8")
    assert all(ending in form for ending in (contents.WORKBOOK, *contents.OF_TEXT))


def test_every_purpose_of_a_key_is_written_down() -> None:
    assert set(table_under("Keys and algorithms")) == {each.value for each in Purpose}


def test_every_kind_of_data_says_how_it_is_protected() -> None:
    kinds = table_under("Kinds of data")

    assert set(kinds) == {each.value for each in DataClass}
    assert all(len(each) == 4 and all(each) for each in kinds.values())


def test_how_soon_weaknesses_are_mended_is_written_down() -> None:
    days = [int(row[0].split()[0]) for row in table_under("Updates").values() if row[0].endswith(" days")]

    assert days == sorted(days)
    assert len(days) == 3
    assert "make audit" in RULES.read_text(encoding="utf-8")


def test_every_log_is_written_down() -> None:
    """Whoever writes lines for others to read is on the list: no handler and no appended file besides."""
    handlers = {module for module, call in _calls() if call.endswith("Handler") and "logging" in call}
    appended = {module for module, text in _sources() if re.search(r"open\([^)]*\"a[b+]?\"|O_APPEND", text)}

    assert set(table_under("Logs")) == {
        "requests",
        "faults and warnings",
        "audit",
        "daily seals",
        "erasures",
        "the proxy",
    }
    # The child that makes a backup tells its parent.
    assert handlers == {"tasks/backups.py"}
    assert appended <= {
        "storage/line_file.py",
    }
    lines = {module for module, text in _sources() if re.search(r"import.*\bline_file\b", text)}
    assert lines == {"services/operations/daily_seal.py", "services/operations/backup/erasures.py"}
    for word in (
        "id",
        "method",
        "pattern of the route",
        "status",
        "milliseconds",
        "bytes",
        "why it was refused",
    ):
        assert word in table_under("Logs")["requests"][0]


# Where a session begins: each is a row of "Ways to be let in".
BEGINS = {
    ("services/staff/sign_ins.py", "sessions.start_staff"): "staff",
    ("web/patient/identification.py", "sessions.start_patient"): "patient",
    ("services/invitations/walk_ins.py", "sessions.start_on_tablet"): "patient at the clinic",
    ("services/invitations/walk_ins.py", "sessions.start"): "patient at the clinic",
    ("services/forms/together.py", "sessions.start_at_desk"): "patient with staff",
}


def test_every_way_to_make_a_session_is_written_down() -> None:
    ways = {each for each in _calls() if re.fullmatch(r"sessions\.start\w*", each[1])}

    assert ways == set(BEGINS)
    assert set(BEGINS.values()) <= set(table_under("Ways to be let in"))


# What staff show at a sign-in: each is a row of "Ways to be let in".
SHOWN = {
    Method.PASSWORD: "staff",
    Method.TOTP: "staff, after the password",
    Method.PASSKEY: "staff, by passkey",
    Method.RECOVERY_CODE: "staff, factor lost",
    Method.SINGLE_SIGN_ON: "staff, by the provider of the hospital",
}


def test_everything_that_lets_staff_in_is_written_down() -> None:
    assert set(SHOWN) == set(Method)
    assert set(SHOWN.values()) <= set(table_under("Ways to be let in"))


def test_every_permission_is_written_down_with_who_has_it() -> None:
    ways = {name: row[1] for name, row in table_under("Who may do what").items()}

    for permission in Permission:
        roles = ", ".join(role.value for role in Role if permission in PERMISSIONS[role])
        if permission in OF_ROLES:
            assert ways[permission].partition(", if named")[0] == roles, permission
        elif permission in GRANTS:
            beside = GRANTS[permission]
            needs = "" if beside is Permission.SIGN_IN else f", beside `{beside}`"
            assert ways[permission] == f"whom an admin allows it{needs}", permission
    assert set(ways) == set(Permission)


# What opens a connection, or listens for one.
NETWORK = re.compile(
    r"^(socket|ssl|smtplib|http\.client|urllib\.request|requests|authlib|httpx|ftplib|telnetlib)\b"
)
# These listen, only name the computer, or read what `answers.py` has brought.
NO_CONNECTION = {
    "services/staff/sign_on/provider.py",
    "services/staff/sign_on/tokens.py",
    "server/master.py",
    "server/connections.py",
    "services/messages/heartbeat.py",
    "web/metrics.py",
}


def test_connections_are_made_where_the_rules_say_and_nowhere_else() -> None:
    named = set(re.findall(r"`intake/([\w/]+\.py)`", _part("What leaves, and what comes")))

    assert {module for module, name in _imports() if NETWORK.match(name)} - NO_CONNECTION == named
    bound = {
        module for module, call in _calls() if call.rpartition(".")[2] in ("connect", "create_connection")
    }
    assert not bound & NO_CONNECTION - {"server/master.py", "server/connections.py"}
    # Of Authlib what puts addresses together and reads claims: none of its clients.
    used = {name for _, name in _imports() if name.startswith("authlib")}
    assert all(
        re.match(r"authlib\.(oauth2\.rfc(6749\.parameters|7636)|oidc\.(core|discovery))\.", each)
        for each in used
    )


def _part(heading: str) -> str:
    text = RULES.read_text(encoding="utf-8")
    return text[text.index(f"## {heading}\n") :].split("\n## ", 1)[0]


# ---- what the program never does


def test_no_statement_is_put_together_from_words() -> None:
    """f-strings of SQL hold names of our own tables alone, and stand where tables are looked after."""
    made = {
        module
        for module, call in _nodes(ast.Call)
        if _name(call.func).rpartition(".")[2] in ("text", "execute", "exec_driver_sql", "scalar")
        and any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in call.args)
    }

    assert made <= {
        "services/operations/backup/putting_back.py",
        "services/operations/health.py",
        "storage/__init__.py",
        "storage/migrating.py",
    }


def test_no_command_runs_in_a_shell() -> None:
    shells = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}

    assert {each for each in _calls() if each[1] in shells or "spawn" in each[1]} == set()
    asked = {keyword.arg for _, call in _nodes(ast.Call) for keyword in call.keywords}
    assert "shell" not in asked
    assert {module for module, name in _imports() if name.startswith("subprocess")} == {
        "server/companion.py",
        "tasks/backups.py",
        "documents/apart.py",
    }


def test_nothing_is_run_that_came_as_data() -> None:
    runs = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "render_template_string",
        "yaml.load",
        "yaml.unsafe_load",
    }

    assert {each for each in _calls() if each[1] in runs or each[1].endswith(".from_string")} == set()
    templates = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.*"))
    unescaped = re.findall(r"(\S+)\s*\|\s*safe\b", templates)
    assert "autoescape false" not in templates
    # Words that stand in the template itself, and one name for such words.
    assert [each for each in unescaped if not each.endswith(("'", '"')) and each != "{{turned"[2:]] == []


def test_only_a_process_and_its_own_child_speak_in_pickles() -> None:
    speaks = {module for module, name in _imports() if name in ("pickle", "marshal", "shelve", "dill")}

    assert speaks == {"tasks/backups.py", "documents/apart.py"}
    for module in speaks:
        assert "sys.stdin.buffer" in (ROOT / "intake" / module).read_text(encoding="utf-8")


# Names of ours that a pattern is made with, in small letters.
OF_OURS = {"kind", "self.words", "mark"}


def test_no_pattern_is_made_of_words_that_are_not_escaped() -> None:
    functions = {"compile", "match", "search", "fullmatch", "findall", "finditer", "sub", "split"}
    put_in = [
        (module, ast.unparse(piece.value))
        for module, call in _nodes(ast.Call)
        if _name(call.func) in {f"re.{each}" for each in functions}
        for piece in getattr(call.args[0], "values", ())
        if isinstance(piece, ast.FormattedValue)
    ]

    assert len(put_in) > 10
    loose = [
        each
        for each in put_in
        if not re.fullmatch(r"[A-Z_]+(\.replace\('[^']*', '[^']*'\))?|re\.escape\(.+\)", each[1])
    ]
    assert {words for _, words in loose} <= OF_OURS


def test_what_must_not_be_guessed_is_drawn_by_the_system() -> None:
    drawn = {module for module, name in _imports() if name == "random"}

    # How long a writer waits for the next try.
    assert drawn == {"storage/write_lock.py"}
    assert not [each for each in _calls() if each[1] in ("uuid1", "uuid.uuid1")]


def test_no_code_is_shorter_than_the_rules_say() -> None:
    makers = ("secrets.token_urlsafe", "secrets.token_bytes", "secrets.token_hex")
    # Which of two windows kept a page is no secret.
    no_secret = "web/patient/pages.py"
    tokens = [
        call.args[0]
        for module, call in _nodes(ast.Call)
        if _name(call.func) in makers and module != no_secret
    ]

    lengths = (walk_ins.LENGTH, links.CODE_LETTERS, recovery_codes.LENGTH)
    bits = [int(log2(len(LETTERS)) * length) for length in lengths]
    ways = table_under("Ways to be let in")
    assert f"{bits[0]} bits" in ways["patient at the clinic"][1]
    assert f"{bits[1]} bits" in ways["patient"][1]
    assert f"{bits[2]} bits" in ways["staff, factor lost"][1]
    assert f"{totp.DIGITS} digits" in ways["staff, after the password"][1]
    assert min(bits) >= 20
    # Six digits are as many as ASVS 6.5.4 takes for 20 bits.
    assert totp.DIGITS >= 6
    assert len(tokens) > 3
    # A name is as good as the number it stands for: all of them are those of keys.
    assert all(each.value >= 16 for each in tokens if isinstance(each, ast.Constant))
    assert {ast.unparse(each) for each in tokens if not isinstance(each, ast.Constant)} <= {
        "KEY",
        "CHALLENGE_BYTES",
    }
    assert steps.CHALLENGE_BYTES >= 16


def test_cryptography_is_that_of_the_named_libraries() -> None:
    libraries = ("cryptography.", "argon2", "webauthn", "joserfc", "pyotp", "Crypto", "nacl", "jose", "jwt")
    taken = {name.rpartition(".")[2] for _, name in _imports() if name.startswith(libraries)}
    hashes = {call for _, call in _calls() if re.fullmatch(r"hashlib\.\w+", call)}

    assert taken <= {
        *("AESGCM", "SHA256", "HKDF", "Scrypt", "X25519PrivateKey", "X25519PublicKey", "InvalidTag"),
        # Argon2; PyOTP, HMAC-SHA-1 as RFC 6238 has it.
        *("PasswordHasher", "InvalidHashError", "VerificationError", "Parameters", "Type"),
        *("ARGON2_VERSION", "extract_parameters", "hash_secret", "pyotp"),
        # Signatures of passkeys.
        *("webauthn", "base64url_to_bytes", "bytes_to_base64url", "options_to_json", "WebAuthnException"),
        *("AuthenticatorSelectionCriteria", "PublicKeyCredentialDescriptor"),
        *("ResidentKeyRequirement", "UserVerificationRequirement"),
        # Signatures of the provider.
        *("jwt", "JWTClaimsRegistry", "Token", "JWSRegistry", "JWKRegistry", "Key", "KeySet", "RSAKey"),
        *("JoseError", "BadSignatureError", "InvalidKeyIdError"),
    }
    assert hashes == {"hashlib.sha256"}
    weak = {module for module, text in _sources() if re.search(r"\b(sha1|md5|MODE_ECB|PKCS1v15|DES)\b", text)}
    # It reads what earlier versions signed.
    assert weak == {"web/cookies.py"}
    for _, call in _nodes(ast.Call):
        if _name(call.func) == "hmac.digest":
            assert ast.unparse(call.args[2]) == "'sha256'"


def test_signatures_of_others_are_taken_by_the_named_algorithms_alone() -> None:
    said = _part("Keys and algorithms")
    of_passkeys = default_supported_pub_key_algs

    assert not {each for each in provider.ALGORITHMS if each.startswith("HS") or each == "none"}
    assert all(f"`{each}`" in said for each in provider.ALGORITHMS)
    assert provider.SHORTEST_RSA >= 2048
    assert f"{provider.SHORTEST_RSA:,} bits" in said
    assert {each.name for each in of_passkeys} == {"EDDSA", "ECDSA_SHA_256", "RSASSA_PKCS1_v1_5_SHA_256"}
    assert all(word in said for word in ("ES256", "EdDSA", "RS256"))
    # What passkeys may sign with is nowhere said otherwise than by the library.
    assert not any("supported_pub_key_algs" in text for _, text in _sources())


def test_every_key_has_256_bits_and_every_fingerprint_128() -> None:
    keys = Keys.new()

    assert all(len(keys.secret(purpose)) == 32 for purpose in Purpose)
    assert len({keys.secret(purpose) for purpose in Purpose}) == len(Purpose)
    assert (encryption.KEY, encryption.NONCE) == (32, 12)
    assert len(keys.hmac_index("anything")) == 32
    assert len(links.hash_of("anything")) == 64
    assert len(keys.check_value(1)) == 64


def test_the_policy_lets_in_only_our_own_files() -> None:
    policy = dict(each.split(" ", 1) for each in headers.CONTENT_POLICY.split("; ") if " " in each)

    for part in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[part] == "'none'"
    fetched = {name: said for name, said in policy.items() if name.endswith("-src") or name == "form-action"}
    assert {word for said in fetched.values() for word in said.split()} <= {"'none'", "'self'", "data:"}
    assert "data:" not in policy["script-src"]
    for file in (ROOT / "templates").rglob("*.html"):
        assert not re.search(r"<(object|embed|applet|iframe)\b", file.read_text(encoding="utf-8")), file


def test_what_leaves_speaks_modern_tls_to_whom_a_certificate_vouches_for() -> None:
    context = ssl.create_default_context()
    careless = re.compile(
        r"CERT_NONE|check_hostname\s*=\s*False|_create_unverified|verify\s*=\s*False|SSLContext\("
    )

    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert [module for module, text in _sources() if careless.search(text)] == []


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        ("import random", ("random",)),
        ("from http.client import HTTPConnection", ("http.client.HTTPConnection",)),
    ],
)
def test_what_is_imported_is_seen(bad: str, found: tuple[str, ...]) -> None:
    assert tuple(_imported(ast.parse(bad).body[0])) == found


# ---- reading the program


@cache
def _sources() -> tuple[tuple[str, str], ...]:
    """(module, text) of the program."""
    folder = ROOT / "intake"
    files = sorted(folder.rglob("*.py"))
    return tuple((file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8")) for file in files)


@cache
def _trees() -> tuple[tuple[str, ast.Module], ...]:
    return tuple((module, ast.parse(text)) for module, text in _sources())


def _nodes(kind: type[ast.Call]) -> Iterator[tuple[str, ast.Call]]:
    for module, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield module, node


@cache
def _calls() -> frozenset[tuple[str, str]]:
    """(module, what is called) wherever something is."""
    return frozenset((module, _name(call.func)) for module, call in _nodes(ast.Call))


def _name(function: ast.expr) -> str:
    return ast.unparse(function) if isinstance(function, ast.Name | ast.Attribute) else ""


def _imports() -> Iterator[tuple[str, str]]:
    for module, tree in _trees():
        for node in ast.walk(tree):
            for name in _imported(node):
                yield module, name


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level:
        yield from (f"{node.module}.{each.name}" for each in node.names)
