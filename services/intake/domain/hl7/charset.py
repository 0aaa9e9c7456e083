"""Bytes to text: what MSH-18 says (HL7 table 0211, repetitions included), what the bytes show, what the feed's file says."""

from collections.abc import Sequence

CHARSETS = {
    "ASCII": "cp1252",  # who says ASCII and sends an accent means Windows
    "ISO IR6": "cp1252",
    **{f"8859/{part}": f"iso-8859-{part}" for part in (*range(1, 10), 15)},
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UNICODE UTF-16": "utf-16",
    "UNICODE UTF-32": "utf-32",
    "ISO IR14": "iso2022_jp",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_2",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
}
"""As MSH-18 writes it -> Python's name."""

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HEADS = (
    (b"M\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00M", "utf-32-be"),
    (b"M\x00S\x00", "utf-16-le"),
    (b"\x00M\x00S", "utf-16-be"),
)
_LONGEST_HEAD = 4000


def decode(raw: bytes, otherwise: str = "") -> tuple[str, bool]:
    """The message's text, and whether its bytes are what it says. UTF-16 and UTF-32 show themselves.

    Else MSH-18 counts: its first repetition, or where that is ASCII and the bytes are not, the next. Of a message that says
    nothing ``otherwise`` (as MSH-18 would write it) counts, else UTF-8; where the bytes are not that, Windows-1252.
    """
    shown = next((charset for mark, charset in (*_MARKS, *_HEADS) if raw.startswith(mark)), "")
    if shown:
        return raw.decode(shown, "replace").lstrip("\ufeff"), True
    said = _said(raw)
    for charset in _named(said or (otherwise.upper(),), raw):
        try:
            return raw.decode(charset), True
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", "replace"), CHARSETS.keys().isdisjoint(said)


def _said(raw: bytes) -> tuple[str, ...]:
    """The repetitions of MSH-18, without reading more than the header."""
    head = raw[: raw.find(b"\r")] if b"\r" in raw[:_LONGEST_HEAD] else raw[:_LONGEST_HEAD]
    fields = head.split(head[3:4]) if len(head) > 4 else []
    said = fields[17].split(b"\n")[0] if len(fields) > 17 else b""
    return (
        tuple(one.strip().upper() for one in said.decode("ascii", "replace").split("~"))
        if said.strip()
        else ()
    )


def _named(said: Sequence[str], raw: bytes) -> list[str]:
    """Python's names in the order to try. Two or four bytes per sign are not tried: they would have shown themselves."""
    known = [CHARSETS[name] for name in said if name in CHARSETS]
    single = [name for name in known if not name.startswith(("utf-16", "utf-32"))]
    if len(single) > 1 and single[0] == "cp1252" and (not raw.isascii() or b"\x1b" in raw):
        single = single[1:]
    return single or ["utf-8"]
