"""A hospital's mailbox: folders on a disk that we share, or on an SFTP server. List, read, put an answer, put away."""

from services.intake.domain.links import Mailbox
from services.intake.gateway.box import Box, MailboxError, Remote
from services.intake.gateway.folder import FolderBox
from services.intake.gateway.sftp import SftpBox

__all__ = ["Box", "MailboxError", "Remote", "open_box"]


def open_box(mailbox: Mailbox, seconds: float) -> Box:
    """The mailbox behind a feed's entry; nothing is connected yet. ``seconds`` bounds each step with a server."""
    return SftpBox(mailbox, mailbox.server, seconds) if mailbox.server else FolderBox(mailbox)
