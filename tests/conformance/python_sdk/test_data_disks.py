"""The SDK's methods for the data disks of a machine: attached, read, changed and detached."""

from __future__ import annotations

import pytest

BLOB = "https://mystorageaccount.blob.core.windows.net/vhds/{}.vhd"


@pytest.fixture
def at(service, machine):
    """Where a machine is: the names of its service, its deployment and its role."""
    machine(service, "myvm")
    return service, "myvm", "myvm"


@pytest.fixture
def attached(sms, at):
    """A data disk of 10 GB that was attached at the logical unit number 3, as it is read."""
    result = sms.add_data_disk(*at, 3, "ReadWrite", BLOB.format("data"), "my disk", logical_disk_size_in_gb=10)
    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    return sms.get_data_disk(*at, 3)


def data_disks(sms):
    """The disks of the repository without a system, by the addresses of their blobs."""
    return {disk.media_link: disk for disk in sms.list_disks() if not disk.os}


def test_a_new_disk_is_attached_as_it_was_asked_for(sms, at, attached):
    assert (attached.host_caching, attached.disk_label, attached.lun) == ("ReadWrite", "my disk", 3)
    assert (attached.logical_disk_size_in_gb, attached.media_link) == (10, BLOB.format("data"))

    (of_the_role,) = sms.get_role(*at).data_virtual_hard_disks
    assert (of_the_role.disk_name, of_the_role.lun) == (attached.disk_name, 3)
    disk = sms.get_disk(attached.disk_name)
    assert (disk.media_link, disk.logical_disk_size_in_gb, disk.os) == (BLOB.format("data"), 10, "")
    where = disk.attached_to
    assert (where.hosted_service_name, where.deployment_name, where.role_name) == at


def test_a_disk_of_the_repository_is_attached_by_its_name(sms, at):
    sms.add_disk(None, "label", BLOB.format("old"), "mydisk", "")

    sms.add_data_disk(*at, 0, disk_name="mydisk")

    disk = sms.get_data_disk(*at, 0)
    assert (disk.disk_name, disk.media_link, disk.lun) == ("mydisk", BLOB.format("old"), 0)
    assert disk.host_caching == "ReadOnly"
    assert sms.get_disk("mydisk").attached_to.role_name == "myvm"


def test_a_blob_is_attached_as_it_is(sms, at):
    sms.add_data_disk(*at, 1, source_media_link=BLOB.format("source"))

    assert sms.get_data_disk(*at, 1).media_link == BLOB.format("source")
    assert BLOB.format("source") in data_disks(sms)


def test_a_disk_is_changed_in_caching_label_and_number(sms, at, attached, refused):
    result = sms.update_data_disk(*at, 3, "None", BLOB.format("data"), updated_lun=5, disk_label="new label")

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    disk = sms.get_data_disk(*at, 5)
    assert (disk.host_caching, disk.disk_label, disk.lun) == ("None", "new label", 5)
    assert (disk.disk_name, disk.logical_disk_size_in_gb) == (attached.disk_name, 10)
    with refused(404, "ResourceNotFound", "No data disk with the logical unit number 3 was found."):
        sms.get_data_disk(*at, 3)


def test_a_detached_disk_stays_in_the_repository(sms, at, attached):
    result = sms.delete_data_disk(*at, 3)

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert len(sms.get_role(*at).data_virtual_hard_disks) == 0
    assert sms.get_disk(attached.disk_name).attached_to is None


@pytest.mark.usefixtures("attached")
def test_a_disk_detached_with_its_blob_is_gone(sms, at):
    result = sms.delete_data_disk(*at, 3, delete_vhd=True)

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert data_disks(sms) == {}


@pytest.mark.usefixtures("attached")
def test_a_number_that_is_taken_is_refused(sms, at, refused):
    message = "The logical unit number 3 of role myvm is already in use by a data disk."
    with refused(409, "ConflictError", message):
        sms.add_data_disk(*at, 3, media_link=BLOB.format("other"), logical_disk_size_in_gb=10)

    sms.update_role(*at, role_size="Medium")
    sms.add_data_disk(*at, 4, media_link=BLOB.format("other"), logical_disk_size_in_gb=10)
    with refused(409, "ConflictError", message):
        sms.update_data_disk(*at, 4, updated_lun=3)

    assert sorted(data_disks(sms)) == [BLOB.format("data"), BLOB.format("other")]


def test_a_disk_that_is_not_there_is_neither_read_nor_changed_nor_detached(sms, at, refused):
    for call in (sms.get_data_disk, sms.update_data_disk, sms.delete_data_disk):
        with refused(404, "ResourceNotFound", "No data disk with the logical unit number 7 was found."):
            call(*at, 7)


def test_a_disk_that_a_machine_uses_is_attached_to_no_other(sms, service, at, attached, refused):
    message = (
        f"A disk with name {attached.disk_name} is currently in use by virtual machine myvm running within hosted "
        f"service {service}, deployment myvm."
    )
    with refused(400, "BadRequest", message):
        sms.add_data_disk(*at, 4, disk_name=attached.disk_name)


def test_more_disks_than_the_size_takes_are_refused(sms, at, attached, refused):
    sms.add_data_disk(*at, 4, media_link=BLOB.format("second"), logical_disk_size_in_gb=10)

    with refused(400, "BadRequest", "The role myvm is invalid: its size takes 2 data disks."):
        sms.add_data_disk(*at, 5, media_link=BLOB.format("third"), logical_disk_size_in_gb=10)

    assert [disk.lun for disk in sms.get_role(*at).data_virtual_hard_disks] == [attached.lun, 4]


@pytest.mark.parametrize(
    ("lun", "keywords", "why"),
    [
        (0, {}, "a new data disk has to have 1 to 1023 GB."),
        (0, {"logical_disk_size_in_gb": 5000}, "a new data disk has to have 1 to 1023 GB."),
        (32, {"logical_disk_size_in_gb": 1}, "the LUNs of its data disks [32] are not distinct or fit."),
    ],
)
def test_a_disk_that_cannot_be_is_refused(sms, at, lun, keywords, why, refused):
    with refused(400, "BadRequest", f"The role myvm is invalid: {why}"):
        sms.add_data_disk(*at, lun, media_link=BLOB.format("data"), **keywords)

    assert data_disks(sms) == {}
