"""Every way to break a piece of code: flip a comparison, swap *and* and *or*, drop a branch, move a value."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}
_OPERATORS: dict[type[ast.operator], ast.operator] = {
    ast.Sub: ast.Add(),
    ast.Add: ast.Sub(),
    ast.BitOr: ast.BitAnd(),
    ast.BitAnd: ast.BitOr(),
}
_NAMED = {"min": "max", "max": "min", "any": "all", "all": "any"}
# From low to high: a value becomes its neighbours, which are the hardest to tell from it.
_CHAINS = {
    "Truth": ("NO", "UNANSWERED", "NOT_SURE", "YES"),
    "Urgency": ("NOTE", "PRIORITY", "SAME_DAY", "EMERGENCY"),
}
# Parts of a function in which nothing is decided.
_SKIPPED = {ast.FunctionDef: ("args", "returns", "decorator_list"), ast.AnnAssign: ("target", "annotation")}


@dataclass(frozen=True)
class Place:
    """Where a node hangs in the tree, so that another can take its place."""

    parent: ast.AST
    field: str
    index: int | None = None

    @property
    def node(self) -> ast.AST:
        held = getattr(self.parent, self.field)
        found: ast.AST = held if self.index is None else held[self.index]
        return found

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def named(source: str) -> Iterator[tuple[str, ast.stmt]]:
    """Functions, methods and tables of a module, by name."""
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef():
                yield node.name, node
            case ast.ClassDef():
                methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
                yield from ((f"{node.name}.{each.name}", each) for each in methods)
            case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)):
                yield name, node


def broken(part: ast.stmt) -> Iterator[str]:
    """What was done, for each way to break it: broken while it is yielded, and sound again at the end."""
    for place in list(_places(part)):
        sound = place.node
        for other in _others(sound):
            place.put(ast.fix_missing_locations(ast.copy_location(other, sound)))
            yield f"{_said(other)} for {_said(sound)} (line {getattr(sound, 'lineno', part.lineno)})"
        place.put(sound)
    for table in [node for node in ast.walk(part) if isinstance(node, ast.Dict) and len(node.keys) > 1]:
        yield from _rows(table)


def _rows(table: ast.Dict) -> Iterator[str]:
    """Each row gone, and each with the value of the next row that differs."""
    keys, values = list(table.keys), list(table.values)
    for index, key in enumerate(keys):
        table.keys, table.values = keys[:index] + keys[index + 1 :], values[:index] + values[index + 1 :]
        yield f"without row {_said(key)}"
        following = (*values[index + 1 :], *values[:index])
        other = next((each for each in following if _said(each) != _said(values[index])), None)
        if other is not None:
            table.keys, table.values = keys, [*values[:index], other, *values[index + 1 :]]
            yield f"row {_said(key)}: {_said(other)} for {_said(values[index])}"
    table.keys, table.values = keys, values


def _places(part: ast.AST) -> Iterator[Place]:
    """Every place below, but docstrings, annotations and the rows of tables."""
    for field, held in ast.iter_fields(part):
        if field in _SKIPPED.get(type(part), ()):
            continue
        nodes = list(enumerate(held)) if isinstance(held, list) else [(None, held)]
        for index, node in nodes:
            if isinstance(node, ast.AST) and not _is_docstring(node):
                yield Place(part, field, index)
                if not isinstance(node, ast.Dict):
                    yield from _places(node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What takes the place of this node."""
    match node:
        case ast.If() | ast.IfExp():
            yield from _branches(node)
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.Expr(ast.Call()):
            yield ast.Pass()
        case ast.Constant(value):
            yield from (ast.Constant(other) for other in _other_constants(value))
        case ast.Attribute(ast.Name(kind), member) if member in _CHAINS.get(kind, ()):
            yield from (ast.Attribute(node.value, each, ast.Load()) for each in _neighbours(kind, member))
        case ast.expr():
            yield from _other_signs(node)


def _branches(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
        return
    yield ast.If(ast.Constant(False), node.body, node.orelse)
    # A comparison is flipped by itself.
    if not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _other_signs(node: ast.expr) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [sign], right):
            yield ast.Compare(left, [_COMPARED[type(sign)]], right)
        case ast.BoolOp(ast.And(), values):
            yield ast.BoolOp(ast.Or(), values)
        case ast.BoolOp(ast.Or(), values):
            yield ast.BoolOp(ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            yield ast.BinOp(left, _OPERATORS[type(sign)], right)
        case ast.Name(id) if id in _NAMED:
            yield ast.Name(_NAMED[id], ast.Load())


def _other_constants(value: object) -> Iterator[bool | int | str]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield f"{value}?"


def _neighbours(kind: str, member: str) -> Iterator[str]:
    chain = _CHAINS[kind]
    place = chain.index(member)
    yield from chain[max(place - 1, 0) : place]
    yield from chain[place + 1 : place + 2]


def _said(node: ast.AST | None) -> str:
    return ast.unparse(node).strip().split("\n")[0] if node else "**"
