"""The records of cloud services and what lies in them: add-ons, job collections and jobs. Plain data, no behaviour.

A cloud service groups add-on resources of a region; it is no hosted service. A job collection is a resource of the
provider `Scheduler`, and the only one whose inside is known here; of other providers' resources, what was sent is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct, field

# ---- jobs


class Authentication(Struct, frozen=True, kw_only=True):
    """How a request says who it is from; `type` tells which of the others there are. Secrets are never kept."""

    type: str
    username: str | None = None
    certificate_thumbprint: str | None = None
    certificate_expiration: str | None = None
    certificate_subject_name: str | None = None
    tenant: str | None = None
    audience: str | None = None
    client_id: str | None = None


class HttpRequest(Struct, frozen=True, kw_only=True):
    """The request of an http or https action."""

    uri: str
    method: str
    body: str | None = None
    headers: dict[str, str] | None = None
    authentication: Authentication | None = None


class QueueMessage(Struct, frozen=True, kw_only=True):
    """The message of a storageQueue action, with the signature that may put it there."""

    storage_account: str
    queue_name: str
    sas_token: str
    message: str


class RetryPolicy(Struct, frozen=True, kw_only=True):
    """How often an action that failed is tried again, and how long after: `retry_type` is none or fixed."""

    retry_type: str
    retry_interval: timedelta | None = None
    retry_count: int | None = None


class Action(Struct, frozen=True, kw_only=True):
    """What a job does: `type` is http, https or storageQueue. `error_action` is done when all retries have failed."""

    type: str
    request: HttpRequest | None = None
    queue_message: QueueMessage | None = None
    retry_policy: RetryPolicy | None = None
    error_action: Action | None = None


class MonthlyOccurrence(Struct, frozen=True, kw_only=True):
    """A week day of a month: the `occurrence`-th, from the end where negative; every one where it is None."""

    day: str
    occurrence: int | None = None


class Schedule(Struct, frozen=True, kw_only=True):
    """When within its period a job recurs; what is None follows from the start time."""

    minutes: tuple[int, ...] | None = None
    hours: tuple[int, ...] | None = None
    week_days: tuple[str, ...] | None = None
    months: tuple[int, ...] | None = None
    month_days: tuple[int, ...] | None = None
    monthly_occurrences: tuple[MonthlyOccurrence, ...] | None = None


class Recurrence(Struct, frozen=True, kw_only=True):
    """How a job recurs: every `interval` of the `frequency`, until `count` runs or `end_time`, whichever is first."""

    frequency: str
    interval: int = 1
    count: int | None = None
    end_time: datetime | None = None
    schedule: Schedule | None = None


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """One attempt of an action: `action_name` is MainAction or ErrorAction, `state` that of the job then."""

    timestamp: datetime
    status: str
    message: str
    state: str
    action_name: str
    repeat_count: int
    retry_count: int


class Job(Struct, kw_only=True):
    """A job. `state` is one of its lifecycle, `pending` the event that runs it next, `retries` those of this run."""

    id: str
    start_time: datetime
    action: Action
    recurrence: Recurrence | None = None
    state: str = "enabled"
    last_execution_time: datetime | None = None
    next_execution_time: datetime | None = None
    execution_count: int = 0
    failure_count: int = 0
    faulted_count: int = 0
    retries: int = 0
    pending: int = 0
    history: list[HistoryEntry] = field(default_factory=list)


# ---- resources of cloud services


class MaxRecurrence(Struct, frozen=True, kw_only=True):
    """The most often that a job of a collection may recur: every `interval` of the `frequency`."""

    frequency: str
    interval: int


class Quota(Struct, frozen=True, kw_only=True):
    """What a job collection may hold, below what its plan allows."""

    max_job_count: int | None = None
    max_job_occurrence: int | None = None
    max_recurrence: MaxRecurrence | None = None


class ResourceStatus(Struct, frozen=True):
    """What was last done to a resource: Create, Update or Delete, with InProgress or Succeeded as its result."""

    type: str
    result: str


class JobCollection(Struct, kw_only=True):
    """A job collection. Its jobs are keyed by their id in lower case."""

    name: str
    etag: str
    plan: str
    quota: Quota | None
    label: str
    schema_version: str
    status: ResourceStatus
    operation: str | None = None
    state: str = "Started"
    jobs: dict[str, Job] = field(default_factory=dict)


class AddOn(Struct, kw_only=True):
    """A resource of any other provider. `intrinsic_settings` is the XML that its maker sent, without declarations."""

    provider_namespace: str
    type: str
    name: str
    etag: str
    status: ResourceStatus
    plan: str | None = None
    promotion_code: str | None = None
    schema_version: str | None = None
    intrinsic_settings: str | None = None
    label: str | None = None
    operation: str | None = None
    state: str = "Started"


class CloudService(Struct, kw_only=True):
    """A cloud service. Its resources are keyed by their name, add-ons by provider, type and name, in lower case."""

    name: str
    label: str
    description: str
    geo_region: str
    etag: str
    email: str | None = None
    operation: str | None = None
    job_collections: dict[str, JobCollection] = field(default_factory=dict)
    add_ons: dict[str, AddOn] = field(default_factory=dict)


class Entitlement(Struct, frozen=True):
    """A type of resource that a subscription has been entitled to."""

    resource_provider_namespace: str
    type: str
    registration_date: datetime | None = None
