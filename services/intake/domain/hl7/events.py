"""Which messages are taken, and what each says happened (HL7 v2 chapters 3 and 6)."""

from typing import Literal

from msgspec import Struct

from services.intake.domain.account.facts import Happening

About = Literal["account", "patient", "patients", "accounts"]


class Event(Struct, frozen=True, gc=False):
    """One trigger event: what it says happened, in a sentence, and what it is about.

    ``patients`` and ``accounts`` merge two of them. ``ends``: after it the visit is over, on the message's day where it
    names none.
    """

    happening: Happening
    words: str
    about: About = "account"
    ends: bool = False


EVENTS: dict[str, dict[str, Event]] = {
    "ADT": {
        "A01": Event("registered", "admitted"),
        "A02": Event("updated", "transferred"),
        "A03": Event("discharged", "discharged", ends=True),
        "A04": Event("registered", "registered as an outpatient"),
        "A05": Event("registered", "registered before the visit"),
        "A06": Event("updated", "became an inpatient"),
        "A07": Event("updated", "became an outpatient"),
        "A08": Event("updated", "patient or visit changed"),
        "A11": Event("cancelled", "admission taken back"),
        "A13": Event("discharge_cancelled", "discharge taken back"),
        "A18": Event("updated", "two patients are one", "patients"),
        "A28": Event("updated", "person added", "patient"),
        "A31": Event("updated", "person changed", "patient"),
        "A34": Event("updated", "two patient numbers are one", "patients"),
        "A35": Event("updated", "two accounts are one", "accounts"),
        "A40": Event("updated", "two patient identifiers are one", "patients"),
        "A41": Event("updated", "two accounts are one", "accounts"),
    },
    "DFT": {
        "P03": Event("charged", "charges posted"),
        "P11": Event("charged", "charges posted, expanded"),
    },
    "BAR": {
        "P01": Event("reopened", "account added"),
        "P02": Event("discharged", "account purged", ends=True),
        "P05": Event("updated", "account changed"),
        "P06": Event("discharged", "account ended", ends=True),
        "P12": Event("coded", "diagnoses and procedures"),
    },
}


def event_of(kind: str, event: str) -> Event | None:
    """The event of a message type (``ADT``, ``A01``); None for one that is not taken."""
    return EVENTS.get(kind, {}).get(event)
