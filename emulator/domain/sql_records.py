"""What SQL servers hold: records of the domain. They know neither time nor what they look like on the wire."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

FIRST_DATABASE_ID = 4
"""Of the databases that users make; `master` is 1, and the numbers between are the service's own."""


class SqlDatabase(Struct, kw_only=True):
    """A database. `service_objective_id` is what was asked for, `assigned_service_objective_id` what is in force."""

    id: int
    name: str
    server_name: str
    edition: str
    collation_name: str
    max_size_bytes: int
    creation_date: datetime
    service_objective_id: str
    assigned_service_objective_id: str
    assignment_state: str = "Complete"
    assignment_success_date: datetime | None = None
    recovery_period_start_date: datetime | None = None
    state: str = "Normal"
    is_system_object: bool = False


class FirewallRule(Struct):
    """A range of addresses that may connect to a server, both ends included."""

    name: str
    server_name: str
    start_ip_address: str
    end_ip_address: str


class DroppedDatabase(Struct):
    """A database as it was when it was deleted; it can be restored until `restorable_until`."""

    entity_id: str
    database: SqlDatabase
    deletion_date: datetime
    restorable_until: datetime


class DatabaseOperation(Struct, kw_only=True):
    """Something that was done to a database. `session_activity_id` is the request's."""

    id: str
    session_activity_id: str
    name: str
    server_name: str
    database_name: str
    database_id: int
    start_time: datetime
    last_modify_time: datetime
    state: str = "IN_PROGRESS"


class DatabaseCopy(Struct, kw_only=True):
    """A database that is, or is kept, a copy of another one, which may be on another server of the subscription."""

    id: str
    source_server_name: str
    source_database_name: str
    source_database_id: int
    destination_server_name: str
    destination_database_name: str
    destination_database_id: int
    is_continuous: bool
    is_offline_secondary: bool
    start_date: datetime
    modify_date: datetime
    is_forced_terminate: bool = False
    state: str = "SEEDING"

    def concerns(self, server_name: str, database_id: int) -> bool:
        """Tell whether a database is at one of its ends."""
        return (server_name, database_id) in (
            (self.source_server_name, self.source_database_id),
            (self.destination_server_name, self.destination_database_id),
        )


class DacRequest(Struct, kw_only=True):
    """An import of a database from a blob, or its export into one."""

    id: str
    request_type: str
    server_name: str
    database_name: str
    blob_uri: str
    queued_time: datetime
    last_modified_time: datetime
    status: str = "Pending"


class SqlServer(Struct, kw_only=True):
    """A server and all that is on it, by lower-case name. The password itself is not kept."""

    name: str
    administrator_login: str
    password_digest: str
    location: str
    version: str
    state: str = "Ready"
    next_database_id: int = FIRST_DATABASE_ID
    databases: dict[str, SqlDatabase] = field(default_factory=dict)
    firewall_rules: dict[str, FirewallRule] = field(default_factory=dict)
    dropped_databases: dict[str, DroppedDatabase] = field(default_factory=dict)
    operations: dict[str, DatabaseOperation] = field(default_factory=dict)
    dac_requests: dict[str, DacRequest] = field(default_factory=dict)

    @property
    def fully_qualified_domain_name(self) -> str:
        """The name by which it is found in the DNS."""
        return f"{self.name}.database.windows.net"
