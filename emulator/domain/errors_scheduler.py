"""The refusals of cloud services, add-ons and jobs: part of the catalogue of `errors`, whose rules hold here."""

from __future__ import annotations

from emulator.domain.refusals import ASSUMED, DOCUMENTED, Refusal, bad, conflict


def _missing(message: str) -> Refusal:
    return Refusal("ResourceNotFound", 404, message, ASSUMED)


# ---- cloud services and add-ons
CLOUD_SERVICE_NOT_FOUND = _missing("The cloud service with name {name} was not found.")
CLOUD_SERVICE_NAME = bad("The cloud service name '{name}' is invalid.")
CLOUD_SERVICE_INVALID = bad("The cloud service {name} is invalid: {why}")
CLOUD_SERVICE_REGION = conflict("The cloud service {name} is in {region} and cannot be moved.")
CLOUD_SERVICE_IN_USE = conflict("The cloud service {name} cannot be deleted: it still has the resource {resource}.")
CLOUD_RESOURCE_NOT_FOUND = _missing("The resource {name} of type {type} was not found in the cloud service.")
CLOUD_RESOURCE_BUSY = conflict("Another operation on the resource {name} is in progress.")
CLOUD_RESOURCE_CHANGED = Refusal(
    "PreconditionFailed", 412, "The ETag {given} is not that of the resource {name}, which has changed.", ASSUMED
)

# ---- job collections and jobs
JOB_COLLECTION_NOT_FOUND = _missing("Job collection not found.")
JOB_COLLECTION_NAME = bad("The job collection name '{name}' is invalid: it has 1 to {limit} characters.", DOCUMENTED)
JOB_COLLECTION_PLAN = bad("The plan '{plan}' is neither Free nor Standard.")
JOB_COLLECTION_QUOTA = bad("The quota is invalid: {why}")
JOB_COLLECTION_TOO_SMALL = conflict("The job collection has {count} jobs, which is more than the {limit} asked for.")
JOB_NOT_FOUND = _missing("Job not found.")
JOB_INVALID = bad("The job is invalid: {why}", DOCUMENTED)  # the limits are documented, the words are ours
JOB_TOO_LARGE = bad("The job is larger than {limit} bytes.", DOCUMENTED)
JOB_ENDED = conflict("The job is {state} and can only be deleted.", DOCUMENTED)
TOO_MANY_JOBS = conflict("The job collection has at most {limit} jobs.", DOCUMENTED)
JOB_TOO_FREQUENT = conflict(
    "A job of this job collection recurs at most every {interval} {frequency}.", DOCUMENTED
)  # the refusals are documented, with their status; the words are ours
