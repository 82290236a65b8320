"""What the databases of a sandbox have logged before it starts."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import Database

# kind: what its server says again and again.
SAID = {
    "postgresql": [
        "LOG:  checkpoint starting: time",
        "LOG:  checkpoint complete: wrote 118 buffers (0.7%); sync=0.003 s, total=11.872 s",
        'LOG:  automatic vacuum of table "pinecrate.public.crates": index scans: 1',
        "LOG:  duration: 1204.318 ms  statement: SELECT zone, sum(kg) FROM crates GROUP BY 1",
        'ERROR:  duplicate key value violates unique constraint "orders_pkey" at character 51',
    ],
    "redis": [
        "* 100 changes in 300 seconds. Saving...",
        "* Background saving started by pid 311",
        "* Background saving terminated with success",
    ],
    "mysql": [
        "[Note] [MY-010311] Server socket created on IP: '*'.",
        "[Warning] [MY-010055] IP address '198.51.100.23' could not be resolved",
    ],
    "mongodb": [
        '{"s":"I","c":"NETWORK","id":22943,"msg":"Connection accepted"}',
        '{"s":"I","c":"COMMAND","id":51803,"msg":"Slow query","attr":{"durationMillis":214}}',
    ],
    "opensearch": [
        "[INFO ][o.o.c.m.MetadataMappingService] [node-1] [crates] update_mapping [_doc]"
    ],
    "influxdb": ['lvl=info msg="Executing query" service=query query="SELECT mean(kg) FROM leeks"'],
}
LINES = 60
EVERY = timedelta(seconds=45)
LENGTH = timedelta(hours=6)
ARCHIVES = 8
SINCE_THE_NEWEST = timedelta(minutes=10)


def fill(database: Database, now: datetime) -> None:
    """Give a database its last lines, and archives of two days."""
    said = SAID[database.kind]
    container = f"{database.kind}-1"
    database.logs = [
        (now - (LINES - number) * EVERY, container, said[number % len(said)])
        for number in range(LINES)
    ]
    start = now - SINCE_THE_NEWEST - ARCHIVES * LENGTH
    borders = [(start + number * LENGTH).isoformat() for number in range(ARCHIVES + 1)]
    database.logs_archives = [{"from": a, "to": b} for a, b in pairwise(borders)]
