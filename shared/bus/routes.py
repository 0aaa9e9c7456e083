"""A service's routing, worked out once: which aggregate each event type goes to, and where its cursor is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from shared.bus.records import SOURCES, TYPES, Heard
from shared.bus.states import StateTable
from shared.bus.types import Aggregate, Hears, Key, Steps, TakesSteps, nothing
from shared.events import topic_of


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """An aggregate and its table."""

    name: str
    aggregate: Aggregate[Any, Any]
    table: StateTable[Any]

    knows: bool
    """Whether its decisions need facts."""
    steps: Callable[..., Steps[Any]] | None
    """Its decisions in steps, where it takes them so."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where one event type goes."""

    kind: Kind
    key: Key | None
    deaf: frozenset[str] = frozenset()
    """The states of a row to which the type says nothing."""


class Way(Struct, frozen=True, eq=False):
    """What one type of event is to a service, worked out once. ``route`` None: nobody listens, only the cursor moves.

    ``deaf``: the states of its row in which it is ignored too; None where it is ignored in any, or in none.
    """

    home: Kind | None
    route: Route | None
    deaf: frozenset[str] | None
    passes: bool
    """Whether it can be passed over, whatever its row says or if that is in the right state."""


class Routes:
    """A service's routing.

    A producer whose events all go to one aggregate under their own stream has its cursors in that aggregate's ``heard``
    (its *home*); any other producer's are rows of ``cursors``, one per stream.
    """

    def __init__(self, hears: Sequence[Hears[Any, Any]]) -> None:
        self._kinds: dict[str, Kind] = {}
        self._routes: dict[str, dict[str, Route]] = {}
        for line in hears:
            for event in line.events:
                self._add(event, Route(self.kind(line.aggregate), line.key, frozenset(line.deaf)))
        self._homes = {source: _home(routes.values()) for source, routes in self._routes.items()}
        self._ways = tuple({name: self._way(source, name) for name in TYPES[source]} for source in SOURCES)

    def _add(self, event: type, route: Route) -> None:
        sources = [source for source, known in TYPES.items() if event in known.values()]
        if not sources:
            raise ValueError(f"nobody says {event.__name__}")
        known = self._routes.setdefault(sources[0], {})
        if event.__name__ in known:
            raise ValueError(f"{event.__name__} is routed twice")
        known[event.__name__] = route

    def _way(self, source: str, event: str) -> Way | None:
        if source not in self._routes:
            return None
        route, home = self._routes[source].get(event), self._homes[source]
        deaf = route.deaf if route is not None and route.key is None and home is not None else frozenset()
        return Way(home, route, deaf or None, route is None or bool(deaf))

    def kind(self, aggregate: Aggregate[Any, Any]) -> Kind:
        """The aggregate's kind, made when it is first asked for. One table belongs to one aggregate."""
        found = self._kinds.get(aggregate.table)
        if found is None:
            knows = type(aggregate).know is not nothing
            steps = aggregate.steps if isinstance(aggregate, TakesSteps) else None
            found = Kind(aggregate.table, aggregate, StateTable.of(aggregate), knows, steps)
            self._kinds[aggregate.table] = found
        return found

    def kinds(self) -> Iterable[Kind]:
        """All kinds, in the order of their tables' names: the order of locking."""
        return [self._kinds[name] for name in sorted(self._kinds)]

    def named(self, table: str) -> Kind | None:
        """The kind of that table."""
        return self._kinds.get(table)

    def topics(self) -> tuple[str, ...]:
        """What the service listens to."""
        return tuple(topic_of(source) for source in self._routes)

    def hears(self, source: str) -> bool:
        """Whether anything of that producer is listened to."""
        return source in self._routes

    def way(self, head: Heard) -> Way | None:
        """What that event is here; None for a producer that is not listened to, and for a type that it is not known to say."""
        return self._ways[head.index].get(head.type)

    def home(self, source: str) -> Kind | None:
        """The aggregate whose ``heard`` has the cursors of that producer."""
        return self._homes.get(source)

    def is_home(self, kind: Kind) -> bool:
        """Whether any producer's cursors are in this aggregate's ``heard``; of any other it stays as it is made."""
        return kind in self._homes.values()


def _home(routes: Iterable[Route]) -> Kind | None:
    found = list(routes)
    same = all(route.key is None and route.kind is found[0].kind for route in found)
    return found[0].kind if same else None
