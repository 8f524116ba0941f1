"""How the package is put together: who commits, what is handed on, how long functions are, one name each."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from intake.services import context

INTAKE = Path(__file__).parent.parent / "intake"
# An attempt is committed before a secret is compared; a password is hashed outside any transaction; the day's
# seal is a file between two transactions; a backup that is put back is a database of its own till it is done.
SERVICES_THAT_COMMIT = {
    "accounts._guess",
    "codes.spend",
    "daily_seal._write",
    "daily_seal.accept_restored",
    "key_rotation._pass",
    "key_rotation._seal_chains",
    "key_rotation.remove_key",
    "key_rotation.seal_everything",
    "key_rotation.take_up",
    "links.identify",
    "password_links.use",
    "putting_back._all_of_it",
    "together.identify",
    "walk_ins.open_form",
}
MOST_HANDED_ON = 59
# Lines, with signature and docstring.
LONG, MOST_LONG, USUAL = 40, 0.003, 5


def test_services_leave_the_commit_to_the_view_but_for_the_named_exceptions() -> None:
    services = INTAKE / "services"
    committing = {
        f"{file.stem}.{function.name}"
        for file in services.rglob("*.py")
        if file != services / "context.py"
        for function in _functions(file)
        for call in ast.walk(function)
        if isinstance(call, ast.Attribute) and call.attr == "commit"
    }

    assert committing == SERVICES_THAT_COMMIT
    assert all(f"`{each}`" in str(context.__doc__) for each in SERVICES_THAT_COMMIT)


def test_every_sign_in_ends_in_one_place() -> None:
    """Nothing else starts a session of staff, or lets a browser keep one."""
    starting = _where(lambda call: _name_of(call) == "start_staff")
    by_hand = _where(lambda call: _name_of(call) == "WebSession" and "SessionKind.STAFF" in ast.unparse(call))
    completing = _where(lambda call: ast.unparse(call.func) == "sign_ins.complete")
    kept = {
        f"{file.stem}.{function.name}"
        for file in INTAKE.rglob("*.py")
        for function in _functions(file)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and "session['staff']" in map(ast.unparse, node.targets)
    }

    assert starting == {"sign_ins.complete"}
    assert by_hand == {"sessions.start_staff"}
    assert completing == {"signing_in.complete_sign_in"}
    # Shown once more, or another of their roles: the session that is there goes on under another token.
    assert kept == completing | {"signing_in.renew_session", "__init__.work_as"}


def test_few_parameters_are_only_handed_on() -> None:
    """`x=x` for a parameter x: whoever hands on that much should be given one thing that holds it.

    Not handed on is what arrives: in a page, an address, a sentence, the audit, or a value made of it.
    """
    handed_on = [
        f"{file.relative_to(INTAKE)}:{keyword.value.lineno} {keyword.arg}"
        for file in sorted(INTAKE.rglob("*.py"))
        for function in _functions(file)
        for call in _calls(function)
        if not _arrives(call)
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Name) and keyword.value.id == keyword.arg
        if keyword.arg in _parameters(function)
    ]

    assert len(handed_on) <= MOST_HANDED_ON, "\n".join(handed_on)


def test_functions_are_short() -> None:
    lengths = [
        ((function.end_lineno or 0) - function.lineno + 1, f"{file.relative_to(INTAKE)}:{function.name}")
        for file in INTAKE.rglob("*.py")
        for function in _functions(file)
    ]
    long = [name for length, name in lengths if length > LONG]

    assert len(long) <= MOST_LONG * len(lengths), "\n".join(long)
    assert median(length for length, _ in lengths) <= USUAL


def test_no_two_classes_share_a_name() -> None:
    files: dict[str, list[Path]] = {}
    for file in INTAKE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                files.setdefault(node.name, []).append(file)

    assert {name: defined for name, defined in files.items() if len(defined) > 1} == {}


def _functions(file: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """The calls in it, without those of the functions inside it."""
    inside = {
        id(node)
        for inner in ast.walk(function)
        if isinstance(inner, ast.FunctionDef) and inner is not function
        for node in ast.walk(inner)
    }
    return (node for node in ast.walk(function) if isinstance(node, ast.Call) and id(node) not in inside)


def _where(wanted: Callable[[ast.Call], bool]) -> set[str]:
    """The functions with such a call in them."""
    return {
        f"{file.stem}.{function.name}"
        for file in INTAKE.rglob("*.py")
        for function in _functions(file)
        if any(wanted(call) for call in _calls(function))
    }


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _arrives(call: ast.Call) -> bool:
    name = _name_of(call)
    return name in ("render_template", "url_for", "gettext", "ngettext", "record") or name[:1].isupper()


def _parameters(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    return {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
