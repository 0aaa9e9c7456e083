"""What the sender of a FHIR document wants done with it, and when it asked."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

Form = Literal["create", "submit", "bundle"]
"""``create``: POST of one resource to its type. ``submit``: the operation ``Claim/$submit``. ``bundle``: POST of a
transaction, batch or message to the root.
"""


class Ask(Struct, frozen=True, kw_only=True):
    """One interaction.

    ``form`` empty: the document says by itself what it is (a file, a replay). ``kind`` is the resource type of the
    address. ``once`` are the identifiers of If-None-Exist. ``at`` is when it came, for answers and facts that need a time.
    """

    form: Form | Literal[""] = ""
    kind: str = ""
    once: tuple[str, ...] = ()
    at: datetime | None = None


ANYTHING = Ask()
