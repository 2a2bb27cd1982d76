"""The sentences that the app can say, read from its source: nothing is imported, nothing is run."""

import ast
import re
import string
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
VARIES = "…"
_MOST = 64  # templates of one expression: more are a sign that it is no sentence
_Scope = ast.Module | ast.FunctionDef


class NotRendered(Exception):  # noqa: N818 - a fact about the source
    """What an expression says cannot be told from the source."""


@dataclass(frozen=True)
class Said:
    """A sentence with … for what varies, and where it is made."""

    sentence: str
    place: str
    kind: str


@dataclass
class Module:
    name: str
    path: str  # from the root
    tree: ast.Module
    owners: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self.owners[child] = node

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {n.name: n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """{name here: (module, name there)}"""
        return {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def scope(self, node: ast.AST) -> _Scope:
        """The function that `node` stands in, or the module."""
        while not isinstance(node, ast.FunctionDef | ast.Module):
            node = self.owners[node]
        return node

    def place(self, node: ast.expr) -> str:
        return f"{self.path}:{node.lineno}"


class Sentences:
    """All modules of a package, but those that make the demo."""

    def __init__(self, root: Path = ROOT, package: str = "cdul_app") -> None:
        self.modules: dict[str, Module] = {}
        for path in sorted((root / package).rglob("*.py")):
            place = path.relative_to(root)
            if place.parts[1] != "demo":
                name = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
                tree = ast.parse(path.read_text("utf-8"))
                self.modules[name] = Module(name, place.as_posix(), tree)

    def subclasses(self, *roots: str) -> set[str]:
        """The names of the classes that derive from those named, and these themselves."""
        names = set(roots)
        classes = [
            (node.name, {ast.unparse(base) for base in node.bases})
            for module in self.modules.values()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
        ]
        while new := {name for name, bases in classes if bases & names} - names:
            names |= new
        return names

    def calls(self, names: set[str]) -> Iterator[tuple[Module, ast.Call, str]]:
        for module in self.modules.values():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and (name := _called(node)) in names:
                    yield module, node, name

    def kept_in(self, names: Container[str]) -> Iterator[tuple[Module, ast.expr]]:
        """What is assigned to names, or to attributes of such a name."""
        for module in self.modules.values():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Assign):
                    target = node.targets[0]
                    name = target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
                    if name in names:
                        yield module, node.value

    def told_in(self, module: Module, function: ast.FunctionDef) -> Iterator[tuple[ast.expr, str]]:
        """Each sentence that a function makes, wherever it puts it, but for what it raises."""
        for node in ast.walk(function):
            owner = module.owners[node]
            if (
                isinstance(node, ast.JoinedStr)
                or (isinstance(node, ast.Constant) and isinstance(node.value, str))
                or _is_translation(node)
            ):
                if isinstance(
                    owner, ast.JoinedStr | ast.FormattedValue | ast.Expr
                ) or _is_translation(owner):
                    continue
                if any(isinstance(each, ast.Raise) for each in self._above(module, node)):
                    continue
                is_translated = isinstance(owner, ast.Call) and _called(owner) in ("tr", "ntr")
                for said in self.render(module, owner if is_translated else node):
                    if said.rstrip(f" {VARIES}").endswith(".") and said.count(" ") > 1:
                        yield node, said

    @staticmethod
    def _above(module: Module, node: ast.AST) -> Iterator[ast.AST]:
        while node in module.owners:
            node = module.owners[node]
            yield node

    def render(self, module: Module, node: ast.expr, seen: tuple[ast.AST, ...] = ()) -> set[str]:
        """What the expression can say.  Raises NotRendered."""
        if node in seen or len(seen) > 12:
            raise NotRendered(ast.unparse(node))
        seen = (*seen, node)
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.Constant(value=None):
                return set()
            case ast.JoinedStr(values=parts):
                return _joined([self._part(module, part, seen) for part in parts])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _joined([self._part(module, left, seen), self._part(module, right, seen)])
            case ast.IfExp(body=first, orelse=second):
                return self.render(module, first, seen) | self.render(module, second, seen)
            case ast.BoolOp(values=values):
                return set().union(*(self.render(module, value, seen) for value in values))
            case ast.NamedExpr(value=value):
                return self.render(module, value, seen)
            case ast.Dict(values=values):
                return set().union(*(self.render(module, value, seen) for value in values))
            case ast.List(elts=values) | ast.Tuple(elts=values):
                return set().union(*(self.render(module, value, seen) for value in values))
            case ast.Subscript(value=ast.Name() | ast.Dict() as table):
                return self.render(module, table, seen)
            case ast.Call(func=ast.Attribute(value=text, attr="format")):
                return {_fields_vary(said) for said in self.render(module, text, seen)}
            case ast.Call(func=ast.Attribute(value=text, attr="rstrip")):
                return self.render(module, text, seen)
            case ast.Call(
                func=ast.Name(id="translatable" | "run_in_words" | "reason_in_words"), args=[text]
            ):
                return self.render(module, text, seen)
            case ast.Call(func=ast.Name(id="tr"), args=[text]):
                return self._translated(module, node, [text], seen)
            case ast.Call(func=ast.Name(id="ntr"), args=[one, many, _]):
                return self._translated(module, node, [one, many], seen)
            case ast.Call():
                return self._returned(module, node, seen)
            case ast.Name():
                return self._bound(module, node, seen)
        raise NotRendered(ast.unparse(node))

    def _translated(
        self, module: Module, call: ast.Call, texts: list[ast.expr], seen: tuple[ast.AST, ...]
    ) -> set[str]:
        """The English, with what is given for each of its fields in that place."""
        given = {word.arg: word.value for word in call.keywords}
        said: set[str] = set()
        for text in set().union(*(self.render(module, text, seen) for text in texts)):
            parts = [
                {plain}
                if not name
                else self._part(module, given[name], seen)
                if name in given
                else {VARIES}
                for plain, name in _plain_and_fields(text, has_fields=bool(given) or len(texts) > 1)
            ]
            said |= _joined(parts)
        return said

    def _part(self, module: Module, node: ast.expr, seen: tuple[ast.AST, ...]) -> set[str]:
        """Within a sentence, what cannot be told, or is for the caller to tell, varies."""
        inner = node.value if isinstance(node, ast.FormattedValue) else node
        match inner:
            case ast.Call(func=ast.Name(id="tr"), args=[ast.Name() as constant], keywords=[]):
                inner = constant
        if isinstance(inner, ast.Name) and inner.id in _parameters(module.scope(inner)):
            return {VARIES}
        try:
            return self.render(module, inner, seen) or {VARIES}
        except NotRendered:
            return {VARIES}

    def _returned(self, module: Module, call: ast.Call, seen: tuple[ast.AST, ...]) -> set[str]:
        found = self._definition(module, _called(call))
        if found is None or not isinstance(found[1], ast.FunctionDef):
            raise NotRendered(ast.unparse(call))
        home, function = found
        returned = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Return) and node.value is not None
        ]
        said = [self.render(home, value, seen) for value in returned]
        return set().union(*said) - {""} if said else set()

    def _bound(self, module: Module, name: ast.Name, seen: tuple[ast.AST, ...]) -> set[str]:
        scope = module.scope(name)
        values = _assigned(scope, name.id)
        if values:
            return set().union(*(self.render(module, value, seen) for value in values))
        if isinstance(scope, ast.FunctionDef) and name.id in _parameters(scope):
            return self._argument(module, scope, name.id, seen)
        return self._constant(module, name.id, seen)

    def _argument(
        self, module: Module, function: ast.FunctionDef, name: str, seen: tuple[ast.AST, ...]
    ) -> set[str]:
        """What the callers in the same module give as the parameter `name`."""
        places = [argument.arg for argument in function.args.args if argument.arg != "self"]
        owner = module.owners[function]
        called = owner.name if isinstance(owner, ast.ClassDef) else function.name
        if isinstance(owner, ast.ClassDef) and function.name != "__init__":
            called = function.name
        given: set[str] = set()
        for home, call, _ in self.calls({called}):
            if home is not module and home.imports.get(called, ("",))[0] != module.name:
                continue
            at = places.index(name) if name in places else len(call.args)
            chosen = [word.value for word in call.keywords if word.arg == name]
            chosen += call.args[at : at + 1]
            given |= set().union(*(self.render(home, value, seen) for value in chosen))
        if not given:
            raise NotRendered(f"{called}({name})")
        return given

    def _constant(self, module: Module, name: str, seen: tuple[ast.AST, ...]) -> set[str]:
        found = self._definition(module, name)
        if found is None or not isinstance(found[1], ast.expr):
            raise NotRendered(name)
        return self.render(found[0], found[1], seen)

    def _definition(self, module: Module, name: str) -> tuple[Module, ast.AST] | None:
        """The function or the value of the constant that `name` stands for in the module."""
        if name in module.functions:
            return module, module.functions[name]
        if values := _assigned(module.tree, name):
            return module, values[0]
        if name in module.imports:
            home, there = module.imports[name]
            if home in self.modules:
                return self._definition(self.modules[home], there)
        return None


def _is_translation(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _called(node) in ("tr", "ntr")


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _parameters(scope: _Scope) -> set[str]:
    if isinstance(scope, ast.Module):
        return set()
    return {each.arg for each in (*scope.args.args, *scope.args.kwonlyargs)}


def _assigned(scope: _Scope, name: str) -> list[ast.expr]:
    """What is bound to the name in a function or at the top of a module."""
    nodes = ast.walk(scope) if isinstance(scope, ast.FunctionDef) else scope.body
    values: list[ast.expr] = []
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                values.append(value)
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if (
                found == name
            ):
                values.append(value)
            case ast.NamedExpr(target=ast.Name(id=found), value=value) if found == name:
                values.append(value)
            case ast.For(target=ast.Name(id=found), iter=several) if found == name:
                values.append(several)
            case ast.AugAssign(target=ast.Name(id=found)) if found == name:
                raise NotRendered(name)
            case ast.Assign(targets=[ast.Tuple(elts=elements)], value=ast.Tuple(elts=parts)):
                values += [
                    part
                    for element, part in zip(elements, parts, strict=True)
                    if isinstance(element, ast.Name) and element.id == name
                ]
    return values


def _joined(parts: list[set[str]]) -> set[str]:
    count = 1
    for part in parts:
        count *= len(part)
    if count > _MOST:
        parts = [part if len(part) == 1 else {VARIES} for part in parts]
    return {"".join(chosen) for chosen in product(*parts)}


def _plain_and_fields(text: str, *, has_fields: bool) -> Iterator[tuple[str, str]]:
    """("Round ", ""), ("", "done"), (" of ", ""), ... of "Round {done} of {total}"."""
    if not has_fields:
        yield text, ""
        return
    for plain, name, _, _ in string.Formatter().parse(text):
        yield plain, ""
        if name is not None:
            yield "", name


def _fields_vary(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", VARIES, text)
