"""SQL databases: editions, sizes, service objectives, copies, and how they are brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import errors_sql, sql_copies, sql_dac, sql_databases, sql_recovery, sql_servers
from emulator.domain.sql_copies import CreateCopy, UpdateCopy
from emulator.domain.sql_dac import BlobCredentials, ConnectionInfo, DacInput, StatusInput
from emulator.domain.sql_databases import CreateDatabase, UpdateDatabase
from emulator.domain.sql_recovery import RecoverDatabase, RestoreDatabase
from emulator.domain.sql_servers import CreateServer

SECRET = "T5ii-B48x"
GIBIBYTE = 2**30
BASIC, S0, S1, P1 = (
    "dd6d99bb-f193-4ec1-86f2-43d3bccbc49c",
    "f1173c43-91bd-4aaa-973c-54e79e15235b",
    "1b1ebd4d-d903-4baa-97f9-4ea675f5e928",
    "7203483a-c4fb-4304-9e9f-17c71c904f5d",
)
SHARED = "910b4fcb-8a29-4c3e-958f-f7ba794388b2"
DEPRECATED, SYSTEM = "e210706e-cd95-4f72-b5e5-885f8a1406e8", "26e021db-f1f9-4c98-84c6-92af8ef433d7"


@pytest.fixture
def new_server(subscription, operation):
    def new_server():
        command = CreateServer(administrator_login="azuredb", administrator_login_password=SECRET, location="West US")
        return sql_servers.create(subscription, operation(), command)

    return new_server


@pytest.fixture
def server(new_server):
    return new_server()


@pytest.fixture
def create(subscription, operation, server):
    def create(name="testdb", **said):
        return sql_databases.create(subscription, operation(), CreateDatabase(name=name, **said), server.name)

    return create


@pytest.fixture
def update(subscription, operation, server):
    def update(database="testdb", **said):
        return sql_databases.update(subscription, operation(), UpdateDatabase(**said), server.name, database)

    return update


@pytest.fixture
def delete(subscription, operation, server):
    return lambda name="testdb": sql_databases.delete(subscription, operation(), server.name, name)


@pytest.fixture
def quiet(subscription):
    return lambda: subscription.advance_until_quiet(100)


def names(subscription, server):
    return [one.name for one in sql_databases.list_all(subscription, server.name)]


def test_a_database_is_as_the_recorded_one_was(subscription, create):
    made = create(edition="Basic", service_objective_id=BASIC)
    assert (made.id, made.state, made.edition, made.max_size_bytes) == (4, "Normal", "Basic", 2 * GIBIBYTE)
    assert made.collation_name == "SQL_Latin1_General_CP1_CI_AS"
    assert (made.service_objective_id, made.assigned_service_objective_id) == (BASIC, BASIC)
    assert made.assignment_state == "Complete"
    assert made.creation_date == subscription.now
    assert made.assignment_success_date - made.creation_date == timedelta(seconds=2)
    assert made.recovery_period_start_date - made.creation_date == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("said", "edition", "objective", "gigabytes"),
    [
        ({}, "Web", SHARED, 1),
        ({"edition": "web", "max_size_gb": 5}, "Web", SHARED, 5),
        ({"edition": "Business"}, "Business", SHARED, 10),
        ({"edition": "Standard", "max_size_bytes": 20 * GIBIBYTE}, "Standard", S0, 20),
        ({"edition": "Basic", "max_size_gb": 1, "max_size_bytes": GIBIBYTE}, "Basic", BASIC, 1),
        ({"service_objective_id": P1.upper()}, "Premium", P1, 500),
        ({"service_objective_id": SHARED}, "Web", SHARED, 1),
    ],
)
def test_what_is_left_out_follows_from_what_is_said(create, said, edition, objective, gigabytes):
    made = create(**said)
    assert (made.edition, made.service_objective_id) == (edition, objective)
    assert made.max_size_bytes == gigabytes * GIBIBYTE


def test_a_database_that_cannot_be_is_refused(create, refuses):
    create()
    refuses(errors_sql.SQL_RESOURCE_EXISTS, create, "TESTDB")
    refuses(errors_sql.SQL_RESERVED_NAME, create, "Master")
    refuses(errors_sql.SQL_RESOURCE_NAME, create, "a?b")
    refuses(errors_sql.SQL_COLLATION, create, "new", collation_name="not a collation")
    refuses(errors_sql.SQL_EDITION, create, "new", edition="Gold")
    refuses(errors_sql.SQL_EDITION, create, "new", edition="System")
    refuses(errors_sql.SQL_SIZE, create, "new", edition="Basic", max_size_gb=5)
    refuses(errors_sql.SQL_SIZES_DIFFER, create, "new", max_size_gb=1, max_size_bytes=5 * GIBIBYTE)
    refuses(errors_sql.SQL_OBJECTIVE_EDITION, create, "new", edition="Basic", service_objective_id=S0)
    for objective in ("nothing", DEPRECATED, SYSTEM):
        refuses(errors_sql.SQL_OBJECTIVE, create, "new", service_objective_id=objective)


def test_databases_are_listed_by_their_ids_which_they_keep(subscription, server, create, update, delete):
    create("b")
    create("a")
    update("b", name="z")
    delete("a")
    create("c")
    assert names(subscription, server) == ["master", "z", "c"]
    assert [one.id for one in sql_databases.list_all(subscription, server.name)] == [1, 4, 6]
    assert sql_databases.find(subscription, server.name, "Z").id == 4


def test_another_service_objective_is_in_force_after_a_while(subscription, create, update, refuses, quiet):
    made = create(edition="Standard")
    assert update(service_objective_id=S1).asked_service_objective_id == S1
    assert (made.service_objective_id, made.assigned_service_objective_id) == (S1, S0)
    assert made.assignment_state == "Pending"
    refuses(errors_sql.SQL_ASSIGNMENT_BUSY, update, service_objective_id=P1)
    assert update(max_size_bytes=GIBIBYTE).asked_service_objective_id is None

    subscription.advance_to(subscription.now + timedelta(seconds=60))
    assert (made.assigned_service_objective_id, made.assignment_state) == (S1, "Complete")
    assert made.assignment_success_date == subscription.now
    update(edition="Premium")
    quiet()
    assert (made.edition, made.assigned_service_objective_id, made.max_size_bytes) == ("Premium", P1, GIBIBYTE)
    update(edition="Web")
    assert (made.edition, made.service_objective_id) == ("Web", SHARED)


def test_an_objective_that_the_edition_has_leaves_the_edition(create, update):
    made = create(edition="Business", max_size_gb=20)
    update(service_objective_id=SHARED)
    assert (made.edition, made.max_size_bytes, made.assignment_state) == ("Business", 20 * GIBIBYTE, "Complete")


def test_a_change_that_cannot_be_is_refused(create, update, delete, refuses):
    create()
    create("other")
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, update, "nothing", name="x")
    refuses(errors_sql.SQL_RESOURCE_EXISTS, update, name="Other")
    refuses(errors_sql.SQL_EDITION, update, edition="Gold")
    refuses(errors_sql.SQL_SIZE, update, edition="Basic", max_size_gb=150)
    refuses(errors_sql.SQL_OBJECTIVE_EDITION, update, edition="Basic", service_objective_id=S0)
    refuses(errors_sql.SQL_RESERVED_NAME, update, "master", name="x")
    refuses(errors_sql.SQL_RESERVED_NAME, delete, "master")
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, delete, "nothing")


def test_what_is_done_to_databases_is_remembered(subscription, server, create, update, quiet, refuses):
    create("a")
    create("b", edition="Standard")
    update("b", service_objective_id=S1)
    seen = [
        (one.name, one.database_name, one.state) for one in sql_databases.list_operations(subscription, server.name)
    ]
    assert seen == [
        ("CREATE DATABASE", "a", "COMPLETED"),
        ("CREATE DATABASE", "b", "COMPLETED"),
        ("ALTER DATABASE", "b", "IN_PROGRESS"),
    ]
    quiet()
    of_b = sql_databases.list_operations_on(subscription, server.name, "B")
    assert [(one.name, one.state) for one in of_b] == [
        ("CREATE DATABASE", "COMPLETED"),
        ("ALTER DATABASE", "COMPLETED"),
    ]
    assert sql_databases.find_operation(subscription, server.name, of_b[1].id.upper()) is of_b[1]
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, sql_databases.find_operation, subscription, server.name, "x")


# ---- dropped, restored and recovered


def test_a_dropped_database_can_be_restored_for_the_days_of_its_edition(
    subscription, operation, server, create, delete, quiet, refuses
):
    made = create(edition="Basic")
    create("web")
    subscription.advance_to(subscription.now + timedelta(hours=1))
    delete("testdb")
    delete("web")
    (dropped,) = sql_recovery.list_dropped(subscription, server.name)
    assert (dropped.database, dropped.deletion_date) == (made, subscription.now)
    assert sql_recovery.find_dropped(subscription, server.name, dropped.entity_id.upper()) is dropped
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, sql_recovery.find_dropped, subscription, server.name, "x")

    command = RestoreDatabase(
        source_database_name="testdb",
        source_database_deletion_date=subscription.now.replace(microsecond=0),
        target_database_name="again",
    )
    begun = sql_recovery.restore(subscription, operation(), command, server.name)
    assert (begun.target_server_name, begun.target_utc_point_in_time) == (server.name, dropped.deletion_date)
    again = sql_databases.find(subscription, server.name, "again")
    assert (again.state, again.edition, again.id) == ("Creating", "Basic", 6)
    refuses(errors_sql.SQL_DATABASE_BUSY, delete, "again")
    quiet()
    assert again.state == "Normal"

    subscription.advance_to(subscription.now + timedelta(days=7))
    assert sql_recovery.list_dropped(subscription, server.name) == []


def test_a_database_is_restored_to_a_point_in_time_also_on_another_server(
    subscription, operation, server, new_server, create, refuses
):
    made, there = create(edition="Standard"), new_server()
    create("web")
    subscription.advance_to(subscription.now + timedelta(hours=1))

    def restore(source="testdb", target="again", **said):
        command = RestoreDatabase(source_database_name=source, target_database_name=target, **said)
        return sql_recovery.restore(subscription, operation(), command, server.name)

    refuses(errors_sql.SQL_NOT_RESTORABLE, restore, target_utc_point_in_time=made.creation_date - timedelta(minutes=1))
    refuses(errors_sql.SQL_NOT_RESTORABLE, restore, target_utc_point_in_time=subscription.now + timedelta(minutes=1))
    refuses(errors_sql.SQL_NOT_RESTORABLE, restore, "web")
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, restore, "nothing")
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, restore, source_database_deletion_date=subscription.now)
    refuses(errors_sql.SQL_RESOURCE_EXISTS, restore, target="TestDB")
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, restore, target_server_name="nowhere")

    point = made.creation_date + timedelta(minutes=40)
    begun = restore(target_server_name=there.name, target_utc_point_in_time=point)
    assert begun.target_utc_point_in_time == point
    assert names(subscription, there) == ["master", "again"]


def test_the_last_backup_is_at_most_an_hour_old_and_can_be_recovered(
    subscription, operation, server, new_server, create, refuses
):
    made = create(edition="Premium")
    create("web")
    subscription.advance_to(subscription.now + timedelta(minutes=150))
    (found,) = sql_recovery.list_recoverable(subscription, server.name)
    assert (found.database, found.last_available_backup_date - made.creation_date) == (made, timedelta(hours=2))
    assert sql_recovery.find_recoverable(subscription, server.name, "TESTDB") == found

    def recover(source, **said):
        command = RecoverDatabase(source_database_name=source, **said)
        return sql_recovery.recover(subscription, operation(), command, server.name)

    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, recover, "web")
    refuses(errors_sql.SQL_RESOURCE_EXISTS, recover, "testdb")
    there = new_server()
    assert recover("testdb", target_server_name=there.name).target_database_name == "testdb"
    assert names(subscription, there) == ["master", "testdb"]


# ---- copies


@pytest.fixture
def copy(subscription, operation, server):
    def copy(partner, name="copied", database="testdb", **said):
        command = CreateCopy(**{"partner_server": partner.name, "partner_database": name, "is_continuous": True} | said)
        return sql_copies.create(subscription, operation(), command, server.name, database).copy

    return copy


def test_a_copy_that_is_made_once_ends_when_all_is_there(subscription, server, create, copy, quiet, delete, refuses):
    create()
    made = copy(server, is_continuous=False)
    assert [one.copy for one in sql_copies.list_all(subscription, server.name, "testdb")] == [made]
    assert [one.copy for one in sql_copies.list_all(subscription, server.name, "copied")] == [made]
    refuses(errors_sql.SQL_DATABASE_COPIED, delete)
    quiet()
    assert subscription.database_copies == {}
    assert sql_databases.find(subscription, server.name, "copied").state == "Normal"


def test_a_continuous_copy_is_kept_up_until_it_is_terminated(
    subscription, operation, server, new_server, create, update, copy, quiet, refuses
):
    create()
    there = new_server()
    made = copy(there)
    assert made.state == "SEEDING"
    quiet()
    assert made.state == "CATCH_UP"
    refuses(errors_sql.SQL_DATABASE_COPIED, update, name="new")
    arguments = (there.name, "copied", made.id)
    sql_copies.update(subscription, operation(), UpdateCopy(is_forced_terminate=True), *arguments)
    assert made.is_forced_terminate
    sql_copies.delete(subscription, operation(), *arguments)
    assert names(subscription, there) == ["master", "copied"]
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, sql_copies.delete, subscription, operation(), *arguments)


def test_what_was_not_copied_whole_goes_when_it_is_terminated(subscription, operation, server, create, copy, quiet):
    create()
    made = copy(server)
    sql_copies.delete(subscription, operation(), server.name, "testdb", made.id)
    assert names(subscription, server) == ["master", "testdb"]
    (*_, noted) = sql_databases.list_operations(subscription, server.name)
    assert (noted.name, noted.state) == ("CREATE DATABASE COPY", "CANCELLED")
    quiet()


def test_a_copy_that_cannot_be_is_refused(server, create, copy, refuses):
    create()
    refuses(errors_sql.SQL_COPY_TO_ITSELF, copy, server, "TESTDB")
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, copy, server, partner_server="nowhere")
    refuses(errors_sql.SQL_RESERVED_NAME, copy, server, database="master")
    create("other")
    refuses(errors_sql.SQL_RESOURCE_EXISTS, copy, server, "other")


def test_copies_end_with_either_server(subscription, operation, new_server, create, copy, quiet):
    create()
    there = new_server()
    copy(there)
    sql_servers.delete(subscription, operation(), there.name)
    assert subscription.database_copies == {}
    quiet()


# ---- files in blobs


def dac(name, password=SECRET, user="azuredb", uri="https://a.blob.core.windows.net/b/c.bacpac", **said):
    return DacInput(
        blob_credentials=BlobCredentials(uri=uri, storage_access_key="key"),
        connection_info=ConnectionInfo(database_name=name, password=password, server_name="s", user_name=user),
        **said,
    )


def test_a_database_is_exported_and_imported_by_its_administrator(
    subscription, operation, server, create, quiet, refuses
):
    create()
    exported = sql_dac.export(subscription, operation(), dac("testdb", user=f"azuredb@{server.name}"), server.name)
    imported = sql_dac.import_(
        subscription, operation(), dac("new", azure_edition="Business", database_size_in_gb=20), server.name
    )
    made = sql_databases.find(subscription, server.name, "new")
    assert (made.state, made.edition, made.max_size_bytes) == ("Creating", "Business", 20 * GIBIBYTE)
    asked = StatusInput(password=SECRET, user_name="azuredb")
    assert sql_dac.status_by_post(subscription, operation(), asked, server.name) == [exported, imported]
    assert {exported.status, imported.status} == {"Pending"}
    quiet()
    assert {exported.status, imported.status} == {"Completed"}
    assert made.state == "Normal"
    one = sql_dac.status(subscription, server.name, username="azuredb", password=SECRET, request_id=exported.id)
    assert one == [exported]
    with_ids = {"username": "azuredb", "password": SECRET, "request_id": "x"}
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, sql_dac.status, subscription, server.name, **with_ids)
    refuses(errors_sql.SQL_DAC_LOGIN, sql_dac.status, subscription, server.name, **with_ids | {"password": "x"})


def test_imports_and_exports_that_cannot_be_are_refused(subscription, operation, server, create, refuses):
    create()

    def export(command):
        return sql_dac.export(subscription, operation(), command, server.name)

    def import_(command):
        return sql_dac.import_(subscription, operation(), command, server.name)

    refuses(errors_sql.SQL_DAC_LOGIN, export, dac("testdb", password="wrong"))
    refuses(errors_sql.SQL_DAC_LOGIN, export, dac("testdb", user="somebody"))
    refuses(errors_sql.SQL_DAC_CONNECTION, export, dac(None))
    refuses(errors_sql.SQL_DAC_CONNECTION, export, dac("testdb", uri=None))
    refuses(errors_sql.SQL_DAC_CONNECTION, import_, DacInput())
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, export, dac("nothing"))
    refuses(errors_sql.SQL_RESOURCE_EXISTS, import_, dac("testdb"))
    refuses(errors_sql.SQL_SIZE, import_, dac("new", azure_edition="Web", database_size_in_gb=2))


def test_what_was_begun_ends_in_peace_when_its_server_is_gone(subscription, operation, server, create, update, quiet):
    create(edition="Standard")
    update(service_objective_id=S1)
    sql_dac.export(subscription, operation(), dac("testdb"), server.name)
    sql_servers.delete(subscription, operation(), server.name)
    quiet()
    assert subscription.clock.pending() == []
