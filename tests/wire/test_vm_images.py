"""Images of machines on the wire: the elements of each document in their order, and what bodies may leave out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from emulator.domain.image_records import (
    ComputeImageAttributes,
    Image,
    MarketplaceImageAttributes,
    MarketplacePlan,
    Publication,
    VMImage,
    VMImageDataDisk,
    VMImageOSDisk,
)
from emulator.wire import captures, machines, publishing, vm_images
from emulator.wire.common import STRING, YES_OR_NO
from emulator.wire.reading import BodyError
from emulator.wire.writing import Context

AZURE = "http://schemas.microsoft.com/windowsazure"
CONTEXT = Context("2015-04-01")
NOW = datetime(2015, 7, 1, 12, 30, 5, 17219, tzinfo=UTC)
PUBLICATION = Publication(
    published_name="abc__img",
    regions=("West US", "East US"),
    compute=ComputeImageAttributes(offer="o", sku="s", version="1.0.0"),
    marketplace=MarketplaceImageAttributes(
        publisher_id="p", plan=MarketplacePlan(name="n", publisher="q", product="r")
    ),
    progress=100,
)


def an_image(**changes):
    values = {
        "name": "img",
        "label": "label",
        "os_disk": VMImageOSDisk(
            name="os",
            host_caching="None",
            media_link="https://a/os.vhd",
            logical_disk_size_in_gb=30,
            os_state="Generalized",
            os="Linux",
        ),
        "data_disks": (
            VMImageDataDisk(
                name="data", host_caching="None", media_link="https://a/d.vhd", logical_disk_size_in_gb=9, lun=0
            ),
        ),
        "location": "West US",
        "created_time": NOW,
        "modified_time": NOW,
        "state": "VMImageReadyForUse",
    }
    return VMImage(**{**values, **changes})


def outline(element):
    """Return an element's name, with those of its children where it has any."""
    name = etree.QName(element).localname
    return (name, [outline(child) for child in element]) if len(element) else name


def shape(document):
    return outline(etree.fromstring(document))[1]


def test_an_image_of_ones_own_has_the_recorded_elements_in_their_order():
    image = an_image(
        description="d",
        service_name="svc",
        deployment_name="dep",
        role_name="vm",
        role_state_on_capture="ReadyRole",
        role_size_on_capture="Small",
        language="l",
        image_family="f",
        recommended_vm_size="Small",
        eula="e",
        icon_uri="i",
        small_icon_uri="s",
        privacy_uri="p",
        published_date=NOW,
        show_in_gui=True,
    )
    disk = ["Name", "HostCaching", "MediaLink", "LogicalDiskSizeInGB", "IOType"]
    expected = [
        ["Name", "Label", "Category", "Description"],
        [("OSDiskConfiguration", [*disk[:2], "OSState", "OS", *disk[2:]])],
        [("DataDiskConfigurations", [("DataDiskConfiguration", [*disk[:2], "Lun", *disk[2:]])])],
        [
            "ServiceName",
            "DeploymentName",
            "RoleName",
            "Location",
            "CreatedTime",
            "ModifiedTime",
            "Language",
            "ImageFamily",
        ],
        [
            "RecommendedVMSize",
            "IsPremium",
            "Eula",
            "IconUri",
            "SmallIconUri",
            "PrivacyUri",
            "PublishedDate",
            "ShowInGui",
        ],
        ["VMImageState", "RoleStateOnCapture", "RoleSizeOnCapture"],
    ]
    ((_, shown),) = shape(vm_images.VM_IMAGES.write([image], CONTEXT))
    assert shown == [name for part in expected for name in part]


def test_a_platform_image_has_no_blobs_and_was_made_in_1801(catalog):
    document = vm_images.VM_IMAGES.write(catalog.vm_images, CONTEXT)
    root = etree.fromstring(document)
    assert b"MediaLink" not in document
    assert {one.text for one in root.iter(f"{{{AZURE}}}CreatedTime")} == {"1801-01-01T00:00:00Z"}
    assert {one.text for one in root.iter(f"{{{AZURE}}}VMImageState")} == {"VMImageReadyForUse"}
    assert b"<DataDiskConfigurations/>" in document


def test_times_have_their_decimals_and_no_more():
    assert b"<CreatedTime>2015-07-01T12:30:05.017219Z</CreatedTime>" in vm_images.VM_IMAGES.write([an_image()], CONTEXT)


PROGRESS = [
    ("ReplicationProgress", [("ReplicationProgressElement", ["Location", "Progress"])] * 2),
    ("ComputeImageAttributes", ["Offer", "Sku", "Version"]),
    ("MarketplaceImageAttributes", ["PublisherId", ("Plan", ["Name", "Publisher", "Product"])]),
]


def test_details_of_an_image_of_a_machine_name_no_disks_but_its_public_name():
    document = publishing.VM_IMAGE_DETAILS.write(an_image(publication=PUBLICATION), CONTEXT)
    said = ["Name", "Label", "Category", "Location", "IsPremium", "PublishedName"]
    assert shape(document) == [*said, *PROGRESS]


def test_details_of_an_operating_system_image_tell_how_far_it_has_come():
    image = Image(name="img", label="l", os="Linux", location="West US", media_link="x", publication=PUBLICATION)
    document = publishing.OS_IMAGE_DETAILS.write(image, CONTEXT)
    said = ["Category", "Label", "Location", "LogicalSizeInGB", "MediaLink", "Name", "OS"]
    assert shape(document) == [*said, *PROGRESS]
    assert shape(publishing.OS_IMAGE_DETAILS.write(image, Context("2014-10-01"))) == [*said, PROGRESS[0]]


def test_names_and_answers_come_in_the_serializers_own_name_space():
    space = "http://schemas.microsoft.com/2003/10/Serialization/"
    assert STRING.write("a&b", CONTEXT) == f'<string xmlns="{space}">a&amp;b</string>'.encode()
    assert YES_OR_NO.write(False, CONTEXT) == f'<boolean xmlns="{space}">false</boolean>'.encode()


def test_an_image_is_read_as_clients_write_it():
    body = f"""<VMImage xmlns="{AZURE}"><Name>n</Name><Label>l</Label><OSDiskConfiguration>
        <OSState>Generalized</OSState><OS>Linux</OS><MediaLink>m</MediaLink></OSDiskConfiguration><DataDiskConfigurations/><Language>e</Language>
        <PublishedDate>2015-04-14T23:32:21.1061990Z</PublishedDate><ShowInGui>true</ShowInGui></VMImage>"""
    unread: list[str] = []
    image = vm_images.CREATE_VM_IMAGE.read(body.encode(), "2015-04-01", unread)
    assert (image.name, image.os_disk.os_state, image.data_disks, image.language) == ("n", "Generalized", [], "e")
    assert (image.published_date.microsecond, image.show_in_gui, unread) == (106199, True, [])


@pytest.mark.parametrize("missing", ["OSState", "OS", "MediaLink"])
def test_an_image_needs_its_disk_whole(missing):
    parts = "".join(f"<{name}>x</{name}>" for name in ("OSState", "OS", "MediaLink") if name != missing)
    body = f"""<VMImage xmlns="{AZURE}"><Name>n</Name><Label>l</Label>
        <OSDiskConfiguration>{parts}</OSDiskConfiguration></VMImage>"""
    with pytest.raises(BodyError, match=f"<{missing}> is missing"):
        vm_images.CREATE_VM_IMAGE.read(body.encode())


def test_attributes_of_a_copy_belong_to_its_version():
    body = f"""<ReplicationInput xmlns="{AZURE}"><TargetLocations><Region>West US</Region></TargetLocations>
        <ComputeImageAttributes><Offer>o</Offer><Sku>s</Sku><Version>1.0.0</Version></ComputeImageAttributes>
        </ReplicationInput>""".encode()
    new, old = (publishing.REPLICATION_INPUT.read(body, version) for version in ("2015-04-01", "2014-10-01"))
    assert (new.target_locations, new.compute.sku) == (["West US"], "s")
    assert (old.target_locations, old.compute) == (["West US"], None)


def test_a_capture_carries_how_the_machine_is_provisioned_anew():
    body = f"""<CaptureRoleOperation xmlns="{AZURE}"><OperationType>CaptureRoleOperation</OperationType>
        <PostCaptureAction>Reprovision</PostCaptureAction><ProvisioningConfiguration>
        <ConfigurationSetType>LinuxProvisioningConfiguration</ConfigurationSetType><HostName>h</HostName>
        </ProvisioningConfiguration><TargetImageLabel>l</TargetImageLabel><TargetImageName>n</TargetImageName>
        </CaptureRoleOperation>"""
    command = captures.CAPTURE_ROLE.read(body.encode())
    assert (command.post_capture_action, command.target_image_name) == ("Reprovision", "n")
    assert command.provisioning_configuration.host_name == "h"


def test_a_role_names_its_image_before_its_availability_set():
    body = f"""<Role xmlns="{AZURE}"><RoleName>r</RoleName><VMImageName>img</VMImageName>
        <MediaLocation>m</MediaLocation><AvailabilitySetName>a</AvailabilitySetName><ProvisionGuestAgent>true</ProvisionGuestAgent>
        <VMImageInput><OSDiskConfiguration><ResizedSizeInGB>128</ResizedSizeInGB></OSDiskConfiguration><DataDiskConfigurations>
        <DataDiskConfiguration><Name>d</Name><ResizedSizeInGB>200</ResizedSizeInGB></DataDiskConfiguration>
        </DataDiskConfigurations></VMImageInput></Role>"""
    unread: list[str] = []
    role = machines.ROLE_INPUT.read(body.encode(), "2015-04-01", unread)
    assert (role.vm_image_name, role.media_location, role.availability_set_name, unread) == ("img", "m", "a", [])
    assert role.vm_image_input.os_disk_size_in_gb == 128
    assert [(disk.name, disk.resized_size_in_gb) for disk in role.vm_image_input.data_disks] == [("d", 200)]
