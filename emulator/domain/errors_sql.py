"""The refusals of SQL servers and databases: part of the catalogue of `errors`, whose rules hold here.

SQL numbers its errors, and of what a server refuses the number is the code. Databases, firewall rules and the rest of
what is on a server are refused without a code on the wire; what stands here as theirs is what the operation keeps.
"""

from __future__ import annotations

from emulator.domain.refusals import ASSUMED, SEEN, Evidence, Refusal, bad, conflict


def _sql(number: int, message: str, evidence: Evidence = ASSUMED, status: int = 400) -> Refusal:
    return Refusal(str(number), status, message, evidence)


# ---- servers
SQL_SERVER_NAME = _sql(
    40645,
    "Servername \"{name}\" cannot be empty or null. It can only be made up of lowercase letters 'a'-'z', the numbers "
    "0-9 and the hyphen. The hyphen may not lead or trail in the name.",
    SEEN,
)
SQL_SERVER_NOT_FOUND = _sql(40647, "Subscription '{subscription}' does not have server '{name}'.", status=404)
SQL_SERVER_QUOTA = _sql(40652, "Cannot move or create server. Subscription '{subscription}' will exceed server quota.")
SQL_LOCATION_NOT_FOUND = _sql(40641, "Location '{name}' cannot be found.")
SQL_LOGIN = _sql(40616, "'{name}' is not a valid login name in this version of SQL Server.")
SQL_PASSWORD_TOO_LONG = _sql(
    40631, "The password that you specified is too long. The password should have no more than {limit} characters."
)
SQL_PASSWORD_TOO_SIMPLE = _sql(
    40632,
    "Password validation failed. The password does not meet policy requirements because it is not complex enough.",
)
SQL_SERVER_VERSION = _sql(40639, "Request does not conform to schema: the version '{version}' is none of {known}.")

# ---- what is on a server
SQL_RESOURCE_NOT_FOUND = Refusal(
    "ResourceNotFound",
    404,
    "Resource with the name '{name}' does not exist. To continue, specify a valid resource name.",
    SEEN,
)
SQL_RESOURCE_EXISTS = conflict(
    "Resource with the name '{name}' already exists. To continue, specify a different resource name."
)
SQL_RESOURCE_NAME = bad("The resource name '{name}' is invalid: {why}")
SQL_RESERVED_NAME = bad("Cannot use reserved database name '{name}' in this operation.")
SQL_ADDRESS = bad("The address '{address}' is not an IPv4 address.")
SQL_ADDRESS_RANGE = bad("Start IP address of firewall rule cannot exceed End IP address.")
SQL_TOO_MANY_RULES = bad("A server has at most {limit} firewall rules.")
SQL_EVENTS = bad("The event logs cannot be shown: {why}")

# ---- databases
SQL_COLLATION = bad("The collation '{name}' is invalid.")
SQL_EDITION = bad("The edition '{name}' is none of {known}.")
SQL_SIZES_DIFFER = bad("MaxSizeGB and MaxSizeBytes are not the same size.")
SQL_SIZE = bad("The edition '{edition}' does not support the database data max size '{size}'.")
SQL_OBJECTIVE = bad("The specified service objective '{id}' is invalid.")
SQL_OBJECTIVE_EDITION = bad("The edition '{edition}' does not support the service objective '{objective}'.")
SQL_ASSIGNMENT_BUSY = conflict(
    "A service objective assignment on server '{server}' and database '{name}' is already in progress. Please wait "
    "until the service objective assignment state for the database is marked as 'Completed'."
)
SQL_DATABASE_BUSY = conflict(
    "Operation on server '{server}' and database '{name}' is in progress. Please wait a few minutes before "
    "trying again."
)
SQL_DATABASE_COPIED = conflict("The database '{name}' is in a copy relationship. Terminate the copy first.")
SQL_NOT_RESTORABLE = bad("The database '{name}' cannot be restored: {why}")
SQL_COPY_TO_ITSELF = bad("The database '{name}' cannot be copied to itself.")
SQL_DAC_CONNECTION = bad("The request names no {what}.")
SQL_DAC_LOGIN = bad("Login failed for user '{user}'.")
