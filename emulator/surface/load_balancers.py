"""Rows: internal load balancers of deployments."""

from __future__ import annotations

from emulator.domain import load_balancers
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT
from emulator.wire import load_balancers as documents

_ALL = f"{DEPLOYMENT}/loadbalancers"
_ONE = f"{_ALL}/{{load_balancer_name}}"
_FAMILY = "load balancers"

ROWS = (
    Operation(
        name="CreateLoadBalancer",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2014-05-01",
        reads=documents.LOAD_BALANCER,
        does=load_balancers.add,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateLoadBalancer",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2014-06-01",
        reads=documents.LOAD_BALANCER,
        does=load_balancers.update,
        status=202,
        accepted=True,
    ),
    Operation(
        name="DeleteLoadBalancer",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2014-05-01",
        does=load_balancers.delete,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
