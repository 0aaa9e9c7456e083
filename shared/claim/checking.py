"""Read a claim that somebody sent as JSON: every problem at once, each with its place, what is wrong and how to mend it."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct, structs

from shared.claim.claim import Claim
from shared.claim.limits import CENTS, COUNT, TEXT
from shared.claim.walking import Defect, walk

_PLAIN = msgspec.json.Decoder(Claim)
_TREE = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder()


class NotAClaimError(ValueError):
    """The bytes are no claim of ours. ``defects`` says all that is wrong, without repeating a value.

    ``broken`` is true when the text is not JSON at all.
    """

    def __init__(self, defects: tuple[Defect, ...], broken: bool = False) -> None:
        super().__init__(f"{len(defects)} problem(s)")
        self.defects = defects
        self.broken = broken


def read_claim(data: bytes) -> Claim:
    """Read one claim from JSON and fill in the line controls that it leaves out.

    Checked are the shape (unknown fields are refused by name), the lengths that an 837 can carry, and that line
    controls are unique; whether the claim is right is the scrubber's matter. Raises NotAClaimError.
    """
    try:
        claim = number_lines(_decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotAClaimError((_NOT_JSON,), broken=True) from None
    _refuse(tuple(_across(claim)))
    return claim


def write_claim(claim: Claim) -> bytes:
    """Write a claim as the JSON that ``read_claim`` reads. Equal claims give equal bytes."""
    return _ENCODER.encode(claim)


def check_claim(claim: Claim) -> tuple[Defect, ...]:
    """Check a claim that was built from another format as ``read_claim`` checks JSON. Empty when it can be taken."""
    return check_written(claim, write_claim(claim))


def check_written(claim: Claim, data: bytes) -> tuple[Defect, ...]:
    """The same for a claim that was written already: ``data`` is what ``write_claim`` made of it."""
    try:
        _check(data)
    except NotAClaimError as error:
        return error.defects
    return tuple(_across(number_lines(claim)))


def number_lines(claim: Claim) -> Claim:
    """Give each line without a control (REF*6R) one of its own: the claim's number and its place.

    Payers echo it in the 835, so it is unique over claims as well as inside one (at most 24 characters).
    """
    if "" not in [line.control for line in claim.lines]:
        return claim
    lines = tuple(
        line if line.control else structs.replace(line, control=f"{claim.number}-{place}")
        for place, line in enumerate(claim.lines, 1)
    )
    return structs.replace(claim, lines=lines)


def _refuse(defects: tuple[Defect, ...]) -> None:
    if defects:
        raise NotAClaimError(defects)


def _decode(data: bytes) -> Claim:
    _check(data)
    return _PLAIN.decode(data)


def _check(data: bytes) -> None:
    """Raises NotAClaimError, msgspec's errors for what is no JSON."""
    try:
        _STRICT.decode(data)
    except msgspec.ValidationError:
        raise NotAClaimError(_defects_of(data)) from None
    if b"\\" in data:  # the only way in for a control character
        _refuse(tuple(walk(_TREE.decode(data), _STRICT.type)))


def _defects_of(data: bytes) -> tuple[Defect, ...]:
    found = tuple(walk(_TREE.decode(data), _STRICT.type))
    # The walker knows what the decoder knows; should a new constraint be forgotten there, say at least that much.
    return found or (Defect("shape", "", "This is not the shape of a claim.", "Compare it with the schema."),)


def _across(claim: Claim) -> Iterator[Defect]:
    """What no single field shows."""
    if not 0 <= claim.billed < len(claim.coverages):
        yield Defect(
            "range",
            "/billed",
            "billed points at no coverage.",
            "Give the position of the billed payer in coverages, counted from 0.",
        )
    if claim.kind == "professional" and len(claim.lines) > 50:
        yield Defect(
            "count",
            "/lines",
            "A professional claim has at most 50 lines.",
            "Split it into several claims with numbers of their own.",
        )
    controls = [line.control for line in claim.lines]
    if len(set(controls)) == len(controls):
        return
    seen = Counter(controls)
    for place, line in enumerate(claim.lines):
        if seen[line.control] > 1:
            yield Defect(
                "unique",
                f"/lines/{place}/control",
                "Two lines have this control.",
                "Give each line a control of its own, or leave it out: then it is filled in.",
            )


_NOT_JSON = Defect(
    "syntax", "", "This is not JSON in UTF-8.", "Send one JSON object; money is in whole cents."
)


def _strict(hint: Any, made: dict[type, Any]) -> Any:
    """The same type, with every struct in it replaced by a twin that refuses unknown fields and bad lengths."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        return made.get(hint) or _twin(hint, made)
    arguments = get_args(hint)
    if not arguments:
        return hint
    if get_origin(hint) is tuple:
        return tuple[tuple(_strict(a, made) for a in arguments)]  # type: ignore[misc]
    if type(None) in arguments:
        inner = [a for a in arguments if a is not type(None)]
        return _strict(inner[0], made) | None if len(inner) == 1 else hint
    return hint


def _twin(source: type[Struct], made: dict[type, Any]) -> Any:
    hints = get_type_hints(source)
    fields = [
        (f.name, _limited(source, f.name, _strict(hints[f.name], made)), *_default(f))
        for f in structs.fields(source)
    ]
    config = source.__struct_config__
    made[source] = msgspec.defstruct(
        source.__name__,
        fields,
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
        array_like=config.array_like,
    )
    return made[source]


def _limited(source: type, name: str, hint: Any) -> Any:
    if name in COUNT.get(source, {}):
        fewest, most = COUNT[source][name]
        return Annotated[hint, Meta(min_length=fewest, max_length=most)]
    if name in TEXT.get(source, {}):
        shortest, longest = TEXT[source][name]
        return Annotated[hint, Meta(min_length=shortest, max_length=longest)]
    if hint is int:
        return Annotated[int, Meta(gt=-CENTS, lt=CENTS)]
    if hint == (int | None):
        return Annotated[int, Meta(gt=-CENTS, lt=CENTS)] | None
    return hint


def _default(field: structs.FieldInfo) -> tuple[Any, ...]:
    return () if field.required else (field.default,)


_STRICT = msgspec.json.Decoder(_strict(Claim, {}))

__all__ = [
    "Defect",
    "NotAClaimError",
    "check_claim",
    "check_written",
    "number_lines",
    "read_claim",
    "write_claim",
]
