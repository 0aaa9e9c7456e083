"""What becomes which part of the claim, as data: one table per door, and a feed may say any line of it anew.

The tables are files under version control (services.intake.mappings); here they are values, checked and merged.
"""

from collections.abc import Mapping

from msgspec import Struct, structs

ANY = "*"
"""In ``codes``: all that is not listed."""


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sources": "from"}):
    """Where one part stands and how it is read. None: not said, what the door's table says holds.

    ``sources`` (``from`` in files) are paths in the door's own notation, the first that says something counts.
    ``default`` is taken as if the sender had written it. ``codes`` translate what is written, in capitals.
    ``own`` is not for files: where the door's own table looks first, of a part that a feed says anew.
    """

    sources: tuple[str, ...] | None = None
    default: str | None = None
    codes: dict[str, str] | None = None
    own: str | None = None


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a claim: its place in the 837 and in our JSON, and what it is in a sentence."""

    x12: str
    claim: str
    words: str


Rules = Mapping[str, Rule]


class MappingError(ValueError):
    """A table that cannot be used. ``key`` is the path of keys to what is wrong, ``fix`` says what to write instead."""

    def __init__(self, key: tuple[str, ...], problem: str, fix: str) -> None:
        super().__init__(f"{'.'.join(key)}: {problem} {fix}")
        self.key = key
        self.problem = problem
        self.fix = fix


def merged(table: Rules, said: Rules) -> dict[str, Rule]:
    """The table with what a feed says anew. Raises MappingError for a part that does not exist."""
    for name in said:
        if name not in table:
            raise MappingError((name,), "There is no such part of a claim.", _nearest(name, table))
    return {name: _over(rule, said[name]) if name in said else rule for name, rule in table.items()}


def _over(rule: Rule, said: Rule) -> Rule:
    return structs.replace(
        rule,
        own=next(iter(rule.sources or ()), ""),
        sources=rule.sources if said.sources is None else said.sources,
        default=rule.default if said.default is None else said.default,
        codes={**(rule.codes or {}), **{k.upper(): v for k, v in (said.codes or {}).items()}} or None,
    )


def _nearest(name: str, table: Rules) -> str:
    """The parts of the same kind, which is what a misspelt name was meant to be."""
    family = name.partition(".")[0]
    near = [n for n in table if n.partition(".")[0] == family] or list(table)
    return f"Write one of {', '.join(near)}."


MEANINGS: dict[str, frozenset[str]] = {
    "visit.kind": frozenset({"professional", "institutional"}),
    "line.kind": frozenset({"charge", "credit", "replace", "payment", "ignore"}),
    "line.billing": frozenset({"professional", "facility"}),
    "diagnosis.type": frozenset({"admitting", "final"}),
    "patient.sex": frozenset({"F", "M", "U", ""}),
    "coverage.sex": frozenset({"F", "M", "U", ""}),
}
"""What a part's codes may be translated to, where we act upon it."""


def check_meanings(rules: Rules) -> None:
    """Raises MappingError for a translation into something that nobody understands."""
    for name, allowed in MEANINGS.items():
        for written, meaning in ((rules[name].codes if name in rules else None) or {}).items():
            if meaning not in allowed:
                fix = f"Write one of {', '.join(sorted(a for a in allowed if a))}."
                raise MappingError(
                    (name, "codes", written), "This translation says nothing that we know.", fix
                )
