"""``python -m shared.testing.servers``: fetch what the servers need and is not in a wheel. Part of ``make setup``."""

import sys

from shared.testing.servers.jars import NoKafkaError, fetch

try:
    fetch()
except NoKafkaError as reason:
    # a machine that cannot have Kafka can still have everything else
    sys.stderr.write(f"{reason}\n")
