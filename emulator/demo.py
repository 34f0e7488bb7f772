"""The guide to the Python SDK from its first how-to to its last, against an emulator started for it.

The SDK is the one on PyPI, unmodified, and does what it did against the cloud: real connections, mutual TLS, a
certificate made as the guide makes it. Needs the extra `demo`; knows the emulator as any other client does.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azure.servicemanagement import LinuxConfigurationSet, OSVirtualHardDisk, ServiceManagementService

from emulator import running
from emulator.domain.clock import wall_clock
from emulator.embedded import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
SERVICE, MACHINE, ACCOUNT, GROUP, IMAGE = "myhostedservice", "myvm", "mystorageaccount", "myAffinityGroup", "mycentos"
PACKAGE = f"https://{ACCOUNT}.blob.core.windows.net/packages/myapp.cspkg"
SOURCE_VHD = f"https://{ACCOUNT}.blob.core.windows.net/vhds/mycentos.vhd"
MACHINE_VHD = f"https://{ACCOUNT}.blob.core.windows.net/vhds/myvm.vhd"
PLATFORM_IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"

CONFIGURATION = """\
<?xml version="1.0" encoding="utf-8"?>
<ServiceConfiguration serviceName="{service}" osFamily="4" osVersion="*"
    xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">
  <Role name="WebRole1">
    <Instances count="{instances}" />
    <ConfigurationSettings />
  </Role>
</ServiceConfiguration>
"""
"""A service configuration (.cscfg)."""

SHOWN = 3
"""Of a longer list, so many are printed."""
LONGEST_ARGUMENT = 60
MOST_POLLS = 100

Tell = Callable[[str], object]


class Walk:
    """One walk through the guide: the service that the how-tos call, and where what happens is told."""

    def __init__(self, emulator: Emulator, directory: Path, tell: Tell) -> None:
        self.emulator, self.directory, self.tell = emulator, directory, tell
        self.sms: Any = None

    def connect(self, certificate_path: Path) -> None:
        """Connect as the guide does, only with a host of our own."""
        host = self.emulator.host
        self.tell(f"sms = ServiceManagementService({SUBSCRIPTION!r}, {str(certificate_path)!r}, host={host!r})")
        self.sms = ServiceManagementService(SUBSCRIPTION, str(certificate_path), host=host)

    def control(self, method: str, path: str, **body: str) -> dict[str, Any]:
        """Ask the emulator's control API for something; raises NotServingError where it refuses."""
        return running.ask(str(self.emulator.control_endpoint), method, path, body)

    def call(self, method: str, *arguments: Any, **named: Any) -> Any:
        """Call a method of the SDK's service and tell it; return its result, once its operation has succeeded."""
        given = [_argument(value) for value in arguments]
        given += [f"{name}={_argument(value)}" for name, value in named.items()]
        self.tell(f"sms.{method}({', '.join(given)})")
        result = getattr(self.sms, method)(*arguments, **named)
        if hasattr(result, "request_id"):
            self.follow(result.request_id)
        elif result is None:
            self.tell("-> done")
        return result

    def follow(self, request_id: str) -> None:
        """Ask for an operation until it is over; raises RuntimeError when it was not successful."""
        for _ in range(MOST_POLLS):
            self.tell(f"sms.get_operation_status({request_id!r})")
            operation = self.sms.get_operation_status(request_id)
            self.tell(f"-> {operation.status}")
            if operation.status != "InProgress":
                break
        if operation.status != "Succeeded":
            raise RuntimeError(f"{operation.status}: {getattr(operation.error, 'message', '')}")

    def found(self, *texts: object) -> None:
        """Tell what came back; raises LookupError for nothing, where the guide has something."""
        if not texts:
            raise LookupError("nothing came back")
        more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
        self.tell("-> " + ", ".join(map(str, texts[:SHOWN])) + more)

    def gone(self, name: str, left: Iterable[str]) -> None:
        """Tell that something is no longer there; raises LookupError if it is."""
        if name in left:
            raise LookupError(f"{name} is still there")
        self.tell(f"-> {name} is gone")

    def is_so(self, claim: str, right: bool) -> None:
        """Tell what is the case now; raises ValueError if it is not."""
        if not right:
            raise ValueError(f"it is not so that {claim}")
        self.tell(f"-> {claim}")


def _argument(value: object) -> str:
    text = repr(value)
    if text.startswith("<"):
        return f"{type(value).__name__}(...)"
    return text if len(text) <= LONGEST_ARGUMENT else text[: LONGEST_ARGUMENT - 4] + "..." + text[0]


def _configuration(instances: int) -> str:
    """Return a service configuration as the SDK takes it: in base64."""
    return base64.b64encode(CONFIGURATION.format(service=SERVICE, instances=instances).encode()).decode()


def _connect(walk: Walk) -> None:
    pem, cer = _self_signed(walk.directory)
    walk.tell(f"openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout {pem} -out {pem}")
    walk.tell(f"openssl x509 -inform pem -in {pem} -outform der -out {cer}")
    walk.tell(f"asm-emulator identity add {cer} --subscription {SUBSCRIPTION}")
    walk.tell("-> " + running.register(str(walk.emulator.control_endpoint), SUBSCRIPTION, cer.read_bytes()))
    walk.connect(pem)
    subscription = walk.call("get_subscription")
    walk.found(subscription.subscription_id, subscription.subscription_status)


def _self_signed(directory: Path) -> tuple[Path, Path]:
    """Make what the guide makes with openssl: key and certificate (.pem), and the certificate alone (.cer, DER)."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "AzureCertificate")])
    now = wall_clock()
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    pem, cer = directory / "mycert.pem", directory / "mycert.cer"
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    pem.write_bytes(key_pem + certificate.public_bytes(Encoding.PEM))
    cer.write_bytes(certificate.public_bytes(Encoding.DER))
    return pem, cer


def _list_locations(walk: Walk) -> None:
    walk.found(*(location.name for location in walk.call("list_locations")))


def _create_service(walk: Walk) -> None:
    walk.call("create_hosted_service", SERVICE, SERVICE, "my hosted service", "West US")
    walk.found(*(service.service_name for service in walk.call("list_hosted_services")))
    service = walk.call("get_hosted_service_properties", SERVICE)
    walk.found(service.service_name, service.url, service.hosted_service_properties.location)


def _delete_service(walk: Walk) -> None:
    walk.call("delete_hosted_service", SERVICE)
    walk.gone(SERVICE, (service.service_name for service in walk.call("list_hosted_services")))


def _create_deployment(walk: Walk) -> None:
    walk.call("create_hosted_service", SERVICE, SERVICE, "my hosted service", "West US")
    walk.call("create_deployment", SERVICE, "production", "v1", PACKAGE, SERVICE, _configuration(2))
    _show_slot(walk, "production")
    walk.found(walk.call("get_deployment_by_name", SERVICE, "v1").name)


def _show_slot(walk: Walk, slot: str) -> Any:
    deployment = walk.call("get_deployment_by_slot", SERVICE, slot)
    walk.found(deployment.name, deployment.deployment_slot, deployment.private_id, deployment.status)
    for one in deployment.role_instance_list:
        walk.found(one.instance_name, one.instance_status, one.instance_size)
    return deployment


def _update_deployment(walk: Walk) -> None:
    walk.call("change_deployment_configuration", SERVICE, "v1", _configuration(3))
    walk.call("update_deployment_status", SERVICE, "v1", "Running")
    deployment = _show_slot(walk, "production")
    walk.is_so("it runs", deployment.status == "Running")
    walk.is_so("it has three instances", len(deployment.role_instance_list) == 3)  # noqa: PLR2004
    walk.call("update_deployment_status", SERVICE, "v1", "Suspended")


def _move_deployments(walk: Walk) -> None:
    walk.call("create_deployment", SERVICE, "staging", "v2", PACKAGE, SERVICE, _configuration(1))
    walk.call("swap_deployment", SERVICE, "v1", "v2")
    walk.is_so("v2 is in production", _show_slot(walk, "production").name == "v2")
    walk.is_so("v1 is in staging", _show_slot(walk, "staging").name == "v1")


def _delete_deployment(walk: Walk) -> None:
    walk.call("delete_deployment", SERVICE, "v1")
    walk.call("delete_deployment", SERVICE, "v2")
    service = walk.call("get_hosted_service_properties", SERVICE, embed_detail=True)
    walk.is_so("no deployment is left", len(service.deployments) == 0)
    walk.call("delete_hosted_service", SERVICE)


def _create_account(walk: Walk) -> None:
    walk.call("create_storage_account", ACCOUNT, "My storage account description.", ACCOUNT, location="West US")
    for account in walk.call("list_storage_accounts"):
        walk.found(account.service_name, account.storage_service_properties.location)


def _delete_account(walk: Walk) -> None:
    walk.call("delete_storage_account", ACCOUNT)
    walk.gone(ACCOUNT, (account.service_name for account in walk.call("list_storage_accounts")))


def _create_group(walk: Walk) -> None:
    walk.call("create_affinity_group", GROUP, GROUP, "West US", "my affinity group")
    for group in walk.call("list_affinity_groups"):
        walk.found(group.name, group.description, group.location)
    walk.found(walk.call("get_affinity_group_properties", GROUP).name)


def _delete_group(walk: Walk) -> None:
    walk.call("delete_affinity_group", GROUP)
    walk.gone(GROUP, (group.name for group in walk.call("list_affinity_groups")))


def _list_systems(walk: Walk) -> None:
    walk.found(*(system.label for system in walk.call("list_operating_systems")))
    for family in walk.call("list_operating_system_families"):
        walk.found(family.label, *(one.version for one in family.operating_systems if one.is_active))


def _create_image(walk: Walk) -> None:
    walk.call("add_os_image", IMAGE, SOURCE_VHD, IMAGE, "Linux")
    images = walk.call("list_os_images")
    walk.found(*(f"{image.name} ({image.category})" for image in sorted(images, key=lambda one: one.name != IMAGE)))


def _delete_image(walk: Walk) -> None:
    walk.call("delete_os_image", IMAGE)
    walk.gone(IMAGE, (image.name for image in walk.call("list_os_images")))


def _create_machine(walk: Walk) -> None:
    walk.call("create_hosted_service", service_name=MACHINE, label=MACHINE, location="West US")
    walk.call(
        "create_virtual_machine_deployment",
        service_name=MACHINE,
        deployment_name=MACHINE,
        deployment_slot="production",
        label=MACHINE,
        role_name=MACHINE,
        system_config=LinuxConfigurationSet("myhostname", "myuser", "mypassword", True),
        os_virtual_hard_disk=OSVirtualHardDisk(PLATFORM_IMAGE, MACHINE_VHD),
        role_size="Small",
    )
    deployment = walk.call("get_deployment_by_name", MACHINE, MACHINE)
    for one in deployment.role_instance_list:
        walk.found(one.instance_name, one.instance_status, one.instance_size)
    walk.is_so("it runs", deployment.status == "Running")


def _delete_machine(walk: Walk) -> None:
    walk.call("delete_deployment", service_name=MACHINE, deployment_name=MACHINE)
    walk.call("delete_hosted_service", service_name=MACHINE)
    walk.gone(MACHINE, (service.service_name for service in walk.call("list_hosted_services")))


def _follow_operation(walk: Walk) -> None:
    clock = f"/subscriptions/{SUBSCRIPTION}/clock"
    walk.tell("Until now all was done at once. From here on each request takes ten seconds of virtual time.")
    walk.control("POST", clock, mode="step:10s")
    try:
        walk.call("create_storage_account", ACCOUNT, "My storage account description.", ACCOUNT, location="West US")
    finally:
        walk.control("POST", clock, mode="instant")


STEPS: tuple[tuple[str, Callable[[Walk], None]], ...] = (
    ("Connect to service management", _connect),
    ("List available locations", _list_locations),
    ("Create a cloud service", _create_service),
    ("Delete a cloud service", _delete_service),
    ("Create a deployment", _create_deployment),
    ("Update a deployment", _update_deployment),
    ("Move deployments between staging and production", _move_deployments),
    ("Delete a deployment", _delete_deployment),
    ("Create a storage service", _create_account),
    ("Delete a storage service", _delete_account),
    ("Create an affinity group", _create_group),
    ("Delete an affinity group", _delete_group),
    ("List available operating systems", _list_systems),
    ("Create an operating system image", _create_image),
    ("Delete an operating system image", _delete_image),
    ("Create a virtual machine", _create_machine),
    ("Delete a virtual machine", _delete_machine),
    ("Follow an asynchronous operation", _follow_operation),
)
"""The how-tos in the guide's order, the last being what it does throughout."""


def walk(tell: Tell) -> dict[str, bool]:
    """Walk through the guide, telling each call and what came of it by the line; return by how-to whether it worked."""
    with Emulator() as emulator, tempfile.TemporaryDirectory(prefix="asm-emulator-demo-") as directory:
        tell(f"An emulator serves at {emulator.endpoint}")
        with _trusting(emulator.ca_path):
            one = Walk(emulator, Path(directory), lambda line: tell(f"    {line}"))
            worked = dict.fromkeys((title for title, _ in STEPS), False)
            for number, (title, step) in enumerate(STEPS, 1):
                tell(f"\n{number:2}. {title}")
                worked[title] = _succeeds(one, step)
                if one.sms is None:
                    tell("\nWithout a connection nothing else can be tried.")
                    break
            return worked


def _succeeds(one: Walk, step: Callable[[Walk], None]) -> bool:
    try:
        step(one)
    except Exception as error:  # noqa: BLE001 - whatever fails, the next step may work
        one.tell(f"-> FAILED: {type(error).__name__}: {' '.join(str(error).split())}")
        return False
    return True


@contextmanager
def _trusting(ca: Path) -> Iterator[None]:
    """Have requests, and with it the SDK, trust a certificate and ask no proxy, as `asm-emulator env` would."""
    changes = {"REQUESTS_CA_BUNDLE": str(ca), "NO_PROXY": "localhost", "no_proxy": "localhost"}
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
