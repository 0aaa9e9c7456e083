"""Reads the routes: a YAML file, or the one partner that the settings describe."""

import msgspec

from services.submitter.domain.routes import Partner, Routes, Submitter
from services.submitter.settings import SubmitterSettings
from shared.x12.types import Party


def routes_of(settings: SubmitterSettings) -> Routes:
    """The routes in force. Raises OSError, and msgspec's ValidationError, which names the field, for a file that does not fit."""
    if settings.routes_file is not None:
        return msgspec.yaml.decode(settings.routes_file.read_bytes(), type=Routes)
    name = settings.mailbox_user
    return Routes(submitter=_submitter(settings), partners={name: _partner(settings)}, default=name)


def _submitter(settings: SubmitterSettings) -> Submitter:
    return Submitter(
        name=settings.submitter_name,
        id=settings.submitter_id,
        contact=settings.submitter_contact,
        phone=settings.submitter_phone,
    )


def _partner(settings: SubmitterSettings) -> Partner:
    receiver = settings.mailbox_user.upper()[:15]
    return Partner(
        host=settings.mailbox_host,
        port=settings.mailbox_port,
        user=settings.mailbox_user,
        password_file=str(settings.mailbox_password_file or ""),
        key_file=str(settings.mailbox_key_file or ""),
        known_hosts=str(settings.mailbox_known_hosts or ""),
        sender=Party(id=settings.submitter_id[:15], application=settings.submitter_id[:15]),
        receiver=Party(id=receiver, application=receiver),
        receiver_name=receiver,
        receiver_id=receiver,
        usage=settings.mailbox_usage,
        per_file=settings.batch_size,
        after_seconds=settings.batch_after,
    )
