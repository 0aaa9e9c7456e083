"""The settings that each service of the local system is started with, as the service itself reads them."""

import os
from collections.abc import Iterator
from importlib import import_module

from deploy.local import ports
from deploy.local.machine import Machine
from deploy.local.place import Place, Trouble
from deploy.local.stack import SERVICES
from shared.service.settings import Effective, ServiceSettings, effective


def settings_of(place: Place, only: str = "") -> Iterator[tuple[str, list[Effective]]]:
    """Service -> its effective settings. Raises Trouble for a service that does not exist."""
    if only and only not in {part.name for part in SERVICES}:
        raise Trouble(f"There is no service {only}. There are: {', '.join(part.name for part in SERVICES)}.")
    place.prepare()
    machine = Machine(place, place.state().get("ports") or ports.choose({}, {}), lambda _child: None)
    before = dict(os.environ)
    for part in SERVICES:
        if only in ("", part.name):
            try:
                os.environ.update(machine.environment(part))
                yield part.name, effective(class_of(part.name)())
            finally:
                os.environ.clear()
                os.environ.update(before)


def class_of(service: str) -> type[ServiceSettings]:
    """The settings class of a service: the one that its settings.py adds, else the one that all share."""
    try:
        module = import_module(f"services.{service}.settings")
    except ModuleNotFoundError:
        return ServiceSettings
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ServiceSettings)
        and value.__module__ == module.__name__
    ]
    return own[-1] if own else ServiceSettings
