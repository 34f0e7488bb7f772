"""Server farms. In x-ms-version 2014-04-01, which clients sent until the end, with what came in 2016."""

from __future__ import annotations

from emulator.domain import server_farms
from emulator.domain.web_lookup import OneFarm
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, flat
from emulator.wire.values import INTEGER
from emulator.wire.web_sites import IN_2016, SITE_TIME
from emulator.wire.web_spaces import constant
from emulator.wire.writing import Context


def _size(one: OneFarm, _context: Context) -> int:
    return server_farms.WORKER_SIZES.index(one.farm.worker_size)


SERVER_FARM = Contract(
    "ServerFarm",
    nothing,
    (
        column("AdminSiteName", attribute="farm.admin_site_name", nil=True, **IN_2016),
        column("CurrentNumberOfWorkers", INTEGER, attribute="farm.number_of_workers"),
        column("CurrentWorkerSize", attribute="farm.worker_size"),
        column("CurrentWorkerSizeId", INTEGER, get=_size, **IN_2016),
        constant("HostingEnvironment", None, **IN_2016),
        constant("HostingEnvironmentId", None, **IN_2016),
        constant("HostingEnvironmentProfile", None, **IN_2016),
        column("LastModifiedTimeUtc", SITE_TIME, attribute="farm.last_modified_time_utc", **IN_2016),
        column("MaximumNumberOfWorkers", INTEGER, get=lambda f, _c: server_farms.MOST_WORKERS[f.farm.sku], **IN_2016),
        column("Name", attribute="farm.name"),
        column("NumberOfSites", INTEGER, get=lambda f, _c: len(server_farms.sites_of(f.space, f.farm)), **IN_2016),
        column("NumberOfWorkers", INTEGER, attribute="farm.number_of_workers"),
        constant("PerSiteScaling", "false", **IN_2016),
        constant("PlanName", "VirtualDedicatedPlan", **IN_2016),
        constant("Reserved", None, **IN_2016),
        column("SKU", attribute="farm.sku"),
        constant("Status", "Ready"),
        column("Subscription", get=lambda _f, c: c.subscription.id, **IN_2016),
        constant("Tags", None, **IN_2016),
        column("WebSpace", attribute="space.name"),
        column("WorkerSize", attribute="farm.worker_size"),
        column("WorkerSizeId", INTEGER, get=_size, **IN_2016),
        constant("WorkerTierName", None, **IN_2016),
    ),
)
SERVER_FARMS = Contract("ServerFarms", nothing, (flat(SERVER_FARM),))

CREATE_SERVER_FARM = Contract(
    "ServerFarm",
    server_farms.CreateServerFarm,
    (
        column("AdminSiteName"),
        column("Name"),
        column("NumberOfWorkers", INTEGER),
        column("SKU"),
        column("WorkerSize"),
    ),
    ordered=False,
)
