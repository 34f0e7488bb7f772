"""The refusals of cloud services, add-ons and jobs: part of the catalogue of `errors`, whose rules hold here."""

from __future__ import annotations

from emulator.domain.errors import ASSUMED, DOCUMENTED, Evidence, Refusal


def _bad(message: str, evidence: Evidence = ASSUMED) -> Refusal:
    return Refusal("BadRequest", 400, message, evidence)


def _missing(message: str) -> Refusal:
    return Refusal("ResourceNotFound", 404, message, ASSUMED)


def _conflict(message: str, evidence: Evidence = ASSUMED) -> Refusal:
    return Refusal("ConflictError", 409, message, evidence)


# ---- cloud services and add-ons
CLOUD_SERVICE_NOT_FOUND = _missing("The cloud service with name {name} was not found.")
CLOUD_SERVICE_NAME = _bad("The cloud service name '{name}' is invalid.")
CLOUD_SERVICE_INVALID = _bad("The cloud service {name} is invalid: {why}")
CLOUD_SERVICE_REGION = _conflict("The cloud service {name} is in {region} and cannot be moved.")
CLOUD_SERVICE_IN_USE = _conflict("The cloud service {name} cannot be deleted: it still has the resource {resource}.")
CLOUD_RESOURCE_NOT_FOUND = _missing("The resource {name} of type {type} was not found in the cloud service.")
CLOUD_RESOURCE_BUSY = _conflict("Another operation on the resource {name} is in progress.")
CLOUD_RESOURCE_CHANGED = Refusal(
    "PreconditionFailed", 412, "The ETag {given} is not that of the resource {name}, which has changed.", ASSUMED
)

# ---- job collections and jobs
JOB_COLLECTION_NOT_FOUND = _missing("Job collection not found.")
JOB_COLLECTION_NAME = _bad("The job collection name '{name}' is invalid: it has 1 to {limit} characters.", DOCUMENTED)
JOB_COLLECTION_PLAN = _bad("The plan '{plan}' is neither Free nor Standard.")
JOB_COLLECTION_QUOTA = _bad("The quota is invalid: {why}")
JOB_COLLECTION_TOO_SMALL = _conflict("The job collection has {count} jobs, which is more than the {limit} asked for.")
JOB_NOT_FOUND = _missing("Job not found.")
JOB_INVALID = _bad("The job is invalid: {why}", DOCUMENTED)  # the limits are documented, the words are ours
JOB_TOO_LARGE = _bad("The job is larger than {limit} bytes.", DOCUMENTED)
JOB_ENDED = _conflict("The job is {state} and can only be deleted.", DOCUMENTED)
TOO_MANY_JOBS = _conflict("The job collection has at most {limit} jobs.", DOCUMENTED)
JOB_TOO_FREQUENT = _conflict(
    "A job of this job collection recurs at most every {interval} {frequency}.", DOCUMENTED
)  # the refusals are documented, with their status; the words are ours
