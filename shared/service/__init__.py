"""How a claimflow service runs. A service needs these names, and ``run`` of shared.service.run for its ``app.py``.

``Service``, ``Job`` and ``ServiceSettings`` to say what it is; ``Context``, ``context``, ``needs``, ``Caller``, ``caller``,
``Problem`` and ``body_of`` in its routes; ``shared.service.migrations.execute`` in a migration's ``upgrade``.
"""

from shared.service.auth import Caller, caller, needs
from shared.service.clock import Clock, SystemClock
from shared.service.context import Blind, Context, context
from shared.service.database import Database
from shared.service.http import body_of, invalid
from shared.service.jobs import Job
from shared.service.problems import At, Problem, conflict, not_found
from shared.service.service import Door, Service
from shared.service.settings import ServiceSettings

__all__ = [
    "At",
    "Blind",
    "Caller",
    "Clock",
    "Context",
    "Database",
    "Door",
    "Job",
    "Problem",
    "Service",
    "ServiceSettings",
    "SystemClock",
    "body_of",
    "caller",
    "conflict",
    "context",
    "invalid",
    "needs",
    "not_found",
]
