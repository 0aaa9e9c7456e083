"""A page for each code of HL7 v2 findings."""

from typing import Final

from deploy.local.checking.seam import Page, Severity

FRAME, STRAY, COUNT, UNENDED, LONG, XML = (f"HL7-{number}" for number in range(901, 907))


def _coded(code: int, title: str, problem: str, why: str, fix: str) -> Page:
    answer = "AE" if code in (100, 101, 102, 103, 205) else "AR"
    return Page(
        code=f"HL7-{code}",
        severity="error",
        title=title,
        problem=problem,
        why=why,
        fix=fix,
        source="HL7 v2 table 0357",
        answers=(f"{answer} with ERR-3 {code}",),
    )


def _file(code: str, severity: Severity, title: str, problem: str, why: str, fix: str) -> Page:
    source = "HL7 v2 chapter 2 (batch protocol); HL7 MLLP"
    return Page(code=code, severity=severity, title=title, problem=problem, why=why, fix=fix, source=source)


PAGES: Final = {
    page.code: page
    for page in (
        _coded(
            100,
            "segment sequence error",
            "A segment is missing, stands twice, or a line is no segment at all.",
            "What a missing segment would have said is not known: whose charge it is, or what was done.",
            "Send the segment, or send each message by itself.",
        ),
        _coded(
            101,
            "required field missing",
            "A field that is needed is empty.",
            "Without it the message belongs to no account, or its charge cannot be billed. Where the message can be taken"
            " all the same, this is a warning.",
            "Fill the field, or say in the feed's file (key hl7) where that part stands instead.",
        ),
        _coded(
            102,
            "data type error",
            "A value is not what its field holds: no day, no amount, no number, or longer than an 837 can carry.",
            "A claim with a guessed amount or day would be wrong by exactly that. In a registration the value is left"
            " out and this is a warning.",
            "Send days as YYYYMMDD and amounts as 125.50.",
        ),
        _coded(
            103,
            "table value not found",
            "A code is none that is known.",
            "The claim says the nearest thing, or nothing, which payers may turn down.",
            "Send a code of the HL7 table, or translate the facility's own in the feed's file.",
        ),
        _coded(
            200,
            "unsupported message type",
            "MSH-9 names a type that makes no claims: taken are ADT, DFT and BAR.",
            "The message is kept as it came; nothing is made of it.",
            "Send charges as DFT^P03, registrations as ADT, accounts as BAR.",
        ),
        _coded(
            201,
            "unsupported event code",
            "MSH-9 names an event that is not taken for this type of message.",
            "The message is kept as it came; nothing is made of it.",
            "Send one of the events that the finding names, or filter this one out at the sender.",
        ),
        _coded(
            202,
            "unsupported processing id",
            "MSH-11 is not what the feed takes.",
            "Training messages must not become claims.",
            "Send P for production, or list the id under processing in the feed's file.",
        ),
        _coded(
            203,
            "unsupported version id",
            "MSH-12 names another version than 2.3 to 2.8.",
            "Fields stand in other places in other versions.",
            "Send version 2.3 to 2.8.",
        ),
        _coded(
            204,
            "unknown key identifier",
            "No feed file names this sender.",
            "Nobody knows whose charges these are.",
            "Name MSH-3 and MSH-4 under senders in a feed file.",
        ),
        _coded(
            205,
            "duplicate key identifier",
            "The control id was used before, for another message.",
            "A sender that counts its control ids twice cannot tell which message was answered.",
            "Give each message a control id of its own.",
        ),
        _coded(
            207,
            "application internal error",
            "The message is longer than the door takes.",
            "What is not read whole is not taken at all.",
            "Split it, or raise the limit of the door.",
        ),
        _file(
            FRAME,
            "error",
            "frame not ended",
            "The message was not ended by FS and CR before the next one began, or before the file ended.",
            "Half a charge is not a charge: the door keeps and refuses such a message.",
            "End each message with FS (0x1C) and CR.",
        ),
        _file(
            STRAY,
            "warning",
            "lines outside of any message",
            "These lines stand before the first MSH, or behind the end of a frame.",
            "Nobody reads them: what they say is lost.",
            "Begin each message with MSH.",
        ),
        _file(
            COUNT,
            "error",
            "batch count does not fit",
            "The trailer counts another number of messages or batches than there are.",
            "Something was lost on the way, or written twice.",
            "Export the batch again.",
        ),
        _file(
            UNENDED,
            "warning",
            "batch without its other end",
            "A batch or file header has no trailer, or a trailer no header.",
            "The file may have been cut off.",
            "Export the batch again, with BHS and BTS, FHS and FTS in pairs.",
        ),
        _file(
            LONG,
            "error",
            "message too long",
            "The message is longer than any door takes.",
            "Documents inside of OBX make messages of this size; charges do not.",
            "Split it, or leave the documents out.",
        ),
        _file(
            XML,
            "error",
            "HL7 v2 in XML",
            "The file is HL7 v2 in its XML encoding.",
            "Doors take the encoding with separators (ER7).",
            "Let the interface engine write ER7.",
        ),
    )
}
