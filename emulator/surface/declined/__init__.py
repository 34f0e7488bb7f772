"""Rows: the operations of the real API that this emulator knows by name and declines.

A request for one gets 501 with its name and the family's reason, instead of an unknown path. Whoever serves one deletes
its entry here. Not among them are the operations of other hosts, which no request to this API can reach: the Kudu
endpoint of a web site (`/api/...`) and the job endpoint of an HDInsight cluster (`/templeton/v1/...`).
"""

from __future__ import annotations

from emulator.surface.declined import compute, services

ROWS = (*compute.ROWS, *services.ROWS)
