"""The refusals of web sites: part of the catalogue of `errors`, whose rules hold here.

Web sites give a number beside the code, and tell their words also as a template with what is filled into it: the
values of a message, in the order in which they are given where it is raised. Where the number is not known it is nil.
"""

from __future__ import annotations

from emulator.domain.refusals import ASSUMED, DOCUMENTED, SEEN, Evidence, Refusal, bad


def _missing(message: str, extended_code: str | None = None, evidence: Evidence = ASSUMED) -> Refusal:
    return Refusal("NotFound", 404, message, evidence, extended_code)


def _conflict(message: str, evidence: Evidence = ASSUMED) -> Refusal:
    return Refusal("Conflict", 409, message, evidence)


_NO_SUCH = "Cannot find {kind} with name {name}."

# ---- web spaces
WEB_SPACE_NOT_FOUND = _missing(_NO_SUCH, "51004", SEEN)
WEB_REGION_NOT_FOUND = _missing(_NO_SUCH, "51004")
PUBLISHING_USER_REFUSED = Refusal("Unauthorized", 401, "Access is denied.", SEEN, "01001")

# ---- web sites
WEB_SITE_NOT_FOUND = _missing("The web site {name} cannot be found.", "04009", SEEN)
WEB_SITE_EXISTS = Refusal("Conflict", 409, "Website with given name {name} already exists.", SEEN, "54001")
WEB_SITE_BUSY = _conflict("Cannot modify this site because another operation is in progress.", SEEN)
WEB_SITE_HAS_SLOTS = _conflict("The web site {name} cannot be deleted: it has slots.")
WEB_SITE_INVALID = bad("The web site {name} is invalid: {why}")
WEB_SITE_NO_CNAME = bad(
    "No CNAME pointing from {name} to {site}. Please create a CNAME record and execute the operation again.", SEEN
)
WEB_SITE_FREE_MODE = bad("A web site in Free mode cannot have the host name {name}.", DOCUMENTED)  # the words are ours
WEB_SITE_SLOT_NOT_FOUND = _missing("The web site {name} has no slot {slot}.")
WEB_SITE_OPERATION_NOT_FOUND = _missing(_NO_SUCH, "51004")
WEB_SITE_CONFIGURATION_INVALID = bad("The configuration of the web site {name} is invalid: {why}")
WEB_SITE_REPOSITORY_NOT_FOUND = _missing("The web site {name} has no repository.")
WEB_SITE_BACKUP_NOT_FOUND = _missing(_NO_SUCH, "51004")
WEB_SITE_BACKUP_INVALID = bad("The backup of the web site {name} is invalid: {why}")
HYBRID_CONNECTION_NOT_FOUND = _missing(_NO_SUCH, "51004")
HYBRID_CONNECTION_EXISTS = _conflict("A hybrid connection named {name} already exists.")

# ---- server farms
SERVER_FARM_NOT_FOUND = _missing("Server farm with name {name} not found.", "11001", SEEN)
SERVER_FARM_EXISTS = _conflict("Server farm with name {name} already exists.")
SERVER_FARM_INVALID = bad("The server farm {name} is invalid: {why}")
SERVER_FARM_IN_USE = _conflict("The server farm {name} cannot be deleted: it has sites.")
TOO_MANY_FREE_SERVER_FARMS = _conflict(
    "The maximum number of free ServerFarms allowed in a Subscription is {limit}.", SEEN
)
