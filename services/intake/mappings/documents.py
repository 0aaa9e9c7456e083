"""A YAML document as a value, and where in it something stands: errors name file, line, key and fix."""

import copy
import re
from typing import Any, Generic, TypeVar, cast

import msgspec
import yaml
from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Key = tuple[str, ...]
T = TypeVar("T")


class DocumentError(ValueError):
    """A file that cannot be used, in one line: ``feed.yaml:12: hl7.line.charge.from: what is wrong. What to write.``

    ``file``, ``line`` (from 1), ``key``, ``problem`` and ``fix`` are its parts.
    """

    def __init__(self, file: str, line: int, key: str, problem: str, fix: str) -> None:
        super().__init__(f"{file}:{line}: {key + ': ' if key else ''}{problem} {fix}".rstrip())
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.fix = fix


class Document(Struct, Generic[T], frozen=True):
    """A document's value and its tree of nodes."""

    file: str
    value: T
    root: Node

    def error(self, key: Key, problem: str, fix: str) -> DocumentError:
        """What is wrong at a path of keys."""
        return DocumentError(self.file, _line(self.root, key), ".".join(key), problem, fix)

    def has(self, key: Key) -> bool:
        """Whether something stands at that path."""
        return _depth(self.root, key) == len(key)


def read_document(text: str, file: str, kind: type[T]) -> Document[T]:
    """Read a document as a value of ``kind``. Raises DocumentError."""
    try:
        root, data = _loaded(text)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1
        raise DocumentError(file, line, "", "This is no YAML.", f"{error.problem or ''}".strip()) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise DocumentError(file, 1, "", "This is no YAML.", "Save it as plain text in UTF-8.") from None
    if root is None:
        raise DocumentError(file, 1, "", "The file is empty.", "Copy one of the shipped files and change it.")
    if (twice := _twice(root, ())) is not None:
        raise DocumentError(file, *twice, "This key stands twice.", "Keep one of the two.")
    try:
        return Document(file, msgspec.convert(data, kind), root)
    except msgspec.ValidationError as error:
        raise _told(file, root, data, kind, str(error)) from None


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _loaded(text: str) -> tuple[Node | None, object]:
    """The tree and the value of a document, parsed once."""
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        return root, loader.construct_document(root) if root is not None else None
    finally:
        loader.dispose()


_AT = re.compile(r" - at (?:`key` in )?`(\$[^`]*)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|(\[\.\.\.\])")
_KEY = re.compile(r"Expected `str`, got `\w+` - at `key`")
_FIXES = {
    "Expected `str`, got `int`": "Put it in quotes, so that leading zeros stay.",
    "Expected `str`, got `bool`": "Put it in quotes: YAML reads yes, no, on and off as true and false.",
    "Expected `str`, got `null`": "Write a value, or leave the key away.",
    "Expected `array`": "Write a list: [one, two].",
    "Object missing required field": "Add it.",
}


def _told(file: str, root: Node, data: object, kind: type, message: str) -> DocumentError:
    """msgspec's words as ours: its path led to a line, its unknown fields answered with the known ones."""
    match = _AT.search(message)
    problem = _AT.sub("", message).replace(" | null", "")
    key = _key(match[1] if match else "$", data, kind, message)
    if unknown := re.search(r"unknown field `([^`]*)`", problem):
        key = (*key, unknown[1])
        fix = f"There are: {', '.join(_known(kind))}." if len(key) == 1 else "Leave it away."
    else:
        fix = next((fix for words, fix in _FIXES.items() if problem.startswith(words)), "")
    return DocumentError(file, _line(root, key), ".".join(key), f"{problem.replace('`', '')}.", fix)


def _known(kind: type) -> tuple[str, ...]:
    return (
        tuple(f.encode_name for f in msgspec.structs.fields(kind))
        if hasattr(kind, "__struct_fields__")
        else ()
    )


def _key(path: str, data: object, kind: type, message: str) -> Key:
    """The keys of msgspec's path. It writes ``[...]`` for an entry of a mapping: the one without which the error changes."""
    key: list[str] = []
    here: Any = data
    for name, place, entry in _STEP.findall(path):
        step: Any = int(place) if place else name or (entry and _culprit(key, data, kind, message))
        if step is None:
            break
        key.append(str(step))
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            break
    if _KEY.match(message) and isinstance(here, dict):
        key += [str(k) for k in here if type(k) is int][:1]
    return tuple(key)


def _culprit(key: list[str], data: object, kind: type, message: str) -> object:
    entries = _reach(data, key)
    for name in entries if isinstance(entries, dict) else ():
        trial = copy.deepcopy(data)
        del cast(dict[object, object], _reach(trial, key))[name]
        try:
            msgspec.convert(trial, kind)
        except msgspec.ValidationError as error:
            if str(error) == message:
                continue
        return name
    return None


def _reach(data: Any, key: list[str]) -> Any:
    for step in key:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def _line(root: Node, key: Key) -> int:
    """The line of the deepest part of a key that is there, from 1."""
    node, line = root, root.start_mark.line + 1
    for step in key:
        found = _child(node, step)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _depth(root: Node, key: Key) -> int:
    node, depth = root, 0
    for step in key:
        found = _child(node, step)
        if found is None:
            break
        node, depth = found[1], depth + 1
    return depth


def _child(node: Node, step: str) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if isinstance(name, ScalarNode) and name.value == step:
                return name, value
    if isinstance(node, SequenceNode) and step.isdigit() and int(step) < len(node.value):
        return node.value[int(step)], node.value[int(step)]
    return None


def _twice(node: Node, key: Key) -> tuple[int, str] | None:
    """The line and key of the first key that a mapping has twice; YAML would silently take the last."""
    if isinstance(node, SequenceNode):
        return next((t for place, n in enumerate(node.value) if (t := _twice(n, (*key, str(place))))), None)
    if not isinstance(node, MappingNode):
        return None
    seen: set[str] = set()
    for name, value in node.value:
        here = (*key, str(name.value))
        if str(name.value) in seen:
            return name.start_mark.line + 1, ".".join(here)
        seen.add(str(name.value))
        if found := _twice(value, here):
            return found
    return None
