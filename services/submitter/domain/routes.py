"""Which partner's mailbox takes which payer's claims. A partner is a clearinghouse, or a payer asked directly."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from shared.claim import Contact, Name
from shared.x12.types import Party


class Partner(Struct, frozen=True, kw_only=True):
    """One mailbox and the names on its envelopes.

    ``sender`` and ``receiver`` fill ISA05-08 and GS02/03, ``receiver_name`` and ``receiver_id`` loop 1000B.
    ``acknowledge`` asks for a TA1 (ISA14). The server is pinned by ``host_key``, its OpenSSH public key line, or by
    ``known_hosts``, a file in OpenSSH's form. ``password_file`` or ``key_file`` is how we prove who we are.
    A file is made of ``per_file`` claims, or of fewer after ``after_seconds`` or when none came for a quarter of these.
    """

    host: str
    port: int = 22
    user: str
    password_file: str = ""
    key_file: str = ""
    host_key: str = ""
    known_hosts: str = ""
    inbound: str = "/inbound"
    outbound: str = "/outbound"
    archive: str = "/archive"
    sender: Party
    receiver: Party
    receiver_name: str
    receiver_id: str
    usage: Literal["P", "T"] = "P"
    acknowledge: bool = True
    per_file: int = 1000
    after_seconds: float = 30.0


class Submitter(Struct, frozen=True, kw_only=True):
    """Who we are in loop 1000A."""

    name: str
    id: str
    contact: str
    phone: str

    def who(self) -> tuple[Name, Contact]:
        """As the 837 writer wants it."""
        return (
            Name(last=self.name, organization=True),
            Contact(name=self.contact, numbers=(("TE", self.phone),)),
        )


class Routes(Struct, frozen=True, kw_only=True):
    """The routes file: partners, payer id -> partner, and where every other payer's claims go (empty: nowhere).

    A route may be changed at any time: queued claims follow it at the next batch, files already made stay
    with the partner they were made for (F20).
    """

    submitter: Submitter
    partners: Mapping[str, Partner]
    payers: Mapping[str, str] = {}
    default: str = ""

    def __post_init__(self) -> None:
        unknown = {p for p in (*self.payers.values(), self.default) if p and p not in self.partners}
        if unknown:
            raise ValueError(f"routes to partners that are not described: {', '.join(sorted(unknown))}")

    def partner_of(self, payer: str) -> str:
        """The partner for this payer's claims; empty when there is none."""
        return self.payers.get(payer, self.default)
