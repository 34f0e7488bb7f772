"""A rule-based machine over one deployment of virtual machines, its disks, and what its service holds for it.

Roles come and go, start, stop, change size and ports; disks are attached, moved and detached; images are captured;
certificates and extensions are added and taken away. Whatever the order: a refused call changes nothing, every accepted
operation ends, machines and disks agree on who has whom, and a machine only moves as its table lets it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import wraps

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from emulator.catalog import load_catalog
from emulator.domain import (
    captures,
    cores,
    data_disks,
    disks,
    extensions,
    hosted_services,
    service_certificates,
    storage_accounts,
    virtual_machines,
    vm_power,
    vm_roles,
)
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES
from emulator.domain.machines import (
    CertificateSetting,
    CreateVMDeployment,
    DataVirtualHardDisk,
    EndpointInput,
    LinuxProvisioning,
    NetworkConfiguration,
    OSVirtualHardDisk,
    RoleInput,
    UpdateDataVirtualHardDisk,
    WindowsProvisioning,
)
from emulator.domain.x509 import thumbprint_of
from tests.machines.calls import Calls

CORES = 6
AT = {"service_name": "svc", "deployment_name": "dep"}
MOSTLY = st.sampled_from([True, True, True, False])
ROLES = st.sampled_from(["vm1", "vm2", "VM1", "vm3"])
HELD = st.sampled_from([0, 0, 0, 1, 1, "vm9"])
"""One of the roles that are there, or none."""
SYSTEMS = st.sampled_from(["Linux", "Windows"])
PORTS = st.sampled_from([22, 80, None])
SIZES = st.sampled_from(["Small", "Medium", "Large", "Enormous", None])
LUNS = st.sampled_from([0, 0, 1, 40, None])
NAMES = st.sampled_from(["one", "two", "three", "no/good"])
LINK = "https://account1.blob.core.windows.net/vhds/{}.vhd"
PROVISIONING = {
    "Linux": LinuxProvisioning(host_name="h", user_name="u", user_password="secret"),
    "Windows": WindowsProvisioning(computer_name="h", admin_password="secret"),
}
POWER = [vm_power.start, vm_power.restart, vm_power.shutdown, vm_power.redeploy]


def network(port):
    return NetworkConfiguration(input_endpoints=[EndpointInput(name="a", local_port=1, port=port, protocol="tcp")])


def step(**strategies):
    """A rule about the deployment. Mostly it waits first until nothing holds it any more, as a patient caller does."""

    def make(function):
        @precondition(lambda machine: machine.deployment is not None)
        @rule(patient=MOSTLY, **strategies)
        @wraps(function)
        def patiently(self, patient, **values):
            if patient:
                self.subscription.advance_until_quiet(10_000)
            if self.deployment is not None:
                function(self, **{key: self.named(value) if key == "role" else value for key, value in values.items()})

        return patiently

    return make


class Machines(Calls):
    catalog = load_catalog().with_overrides(quotas={"max_core_count": CORES})
    certificate = b""
    links = 0

    @initialize()
    def begin_with_a_service_and_an_account(self):
        service = hosted_services.CreateHostedService(service_name="svc", label=b"l", location="West US")
        self.call(hosted_services.create, service)
        account = storage_accounts.CreateStorageAccount(service_name="account1", label=b"l", location="West US")
        self.call(storage_accounts.create, account)
        self.subscription.advance_until_quiet(100)
        self.create(["vm1", "vm2"], "Linux", None, None)

    @property
    def service(self):
        return self.subscription.hosted_services["svc"]

    @property
    def deployment(self):
        return self.service.deployments.get("Production")

    def named(self, role):
        held = list(self.deployment.roles.values())
        return role if isinstance(role, str) else held[role % len(held)].role_name

    def described(self, name, os, port, size, disk=None):
        self.links += 1
        provisioning = PROVISIONING[os]
        vhd = OSVirtualHardDisk(media_link=LINK.format(self.links), source_image_name=f"{'0' * 32}__image")
        if disk is not None:  # an attached disk brings its system along
            provisioning, vhd = None, OSVirtualHardDisk(disk_name=disk)
        sets = [each for each in (provisioning, network(port)) if each is not None]
        return RoleInput(role_name=name, configuration_sets=sets, os_virtual_hard_disk=vhd, role_size=size)

    # ---- roles

    @rule(names=st.lists(ROLES, min_size=1, max_size=2), os=SYSTEMS, port=PORTS, size=SIZES)
    def create(self, names, os, port, size):
        described = [self.described(name, os, port, size) for name in names]
        command = CreateVMDeployment(name="dep", deployment_slot="Production", label=b"l", role_list=described)
        self.call(virtual_machines.create_deployment, command, service_name="svc")

    @step(name=ROLES, os=SYSTEMS, port=PORTS, size=SIZES, pick=st.none() | st.integers(0, 5))
    def add(self, name, os, port, size, pick):
        held = list(self.subscription.disks.values())
        disk = held[pick % len(held)].name if pick is not None and held else None
        self.call(vm_roles.add, self.described(name, os, port, size, disk), **AT)

    @step(role=HELD, port=PORTS, size=SIZES)
    def update(self, role, port, size):
        command = RoleInput(role_name=role, configuration_sets=[network(port)], role_size=size)
        self.call(vm_roles.update, command, role_name=role, **AT)

    @step(role=HELD, media=st.booleans())
    def delete(self, role, media):
        self.call(vm_roles.delete_with_media if media else vm_roles.delete, role_name=role, **AT)

    @step(role=HELD, does=st.sampled_from(POWER), after=st.sampled_from(["Stopped", "StoppedDeallocated", "Melted"]))
    def power(self, role, does, after):
        self.call(does, vm_power.RoleOperation(post_shutdown_action=after), role_name=role, **AT)

    @step(names=st.lists(ROLES, max_size=3), start=st.booleans(), after=st.sampled_from(["Stopped", ""]))
    def power_several(self, names, start, after):
        command = vm_power.RolesOperation(roles=names, post_shutdown_action=after)
        self.call(vm_power.start_roles if start else vm_power.shutdown_roles, command, **AT)

    @step(
        role=HELD,
        image=NAMES,
        os=SYSTEMS,
        action=st.sampled_from(["Delete", "Reprovision", "Reprovision", "Frame"]),
        off=MOSTLY,
    )
    def capture(self, role, image, os, action, off):
        self.switch_off(role, off)
        command = captures.CaptureRole(
            post_capture_action=action,
            provisioning_configuration=PROVISIONING[os],
            target_image_label="l",
            target_image_name=image,
        )
        self.call(captures.capture_os_image, command, role_name=role, **AT)

    @step(role=HELD, image=NAMES, state=st.sampled_from(["Generalized", "Specialized", "Liquid"]), off=MOSTLY)
    def capture_whole(self, role, image, state, off):
        self.switch_off(role, off)
        command = captures.CaptureRoleAsVMImage(os_state=state, vm_image_name=image, vm_image_label="l")
        self.call(captures.capture_vm_image, command, role_name=role, **AT)

    def switch_off(self, role, really):
        if really:
            self.call(vm_power.shutdown, vm_power.RoleOperation(), role_name=role, **AT)
            self.subscription.advance_until_quiet(10_000)

    # ---- disks

    @step(role=HELD, lun=LUNS, size=st.sampled_from([1, 1023, 0]), pick=st.none() | st.integers(0, 5))
    def attach(self, role, lun, size, pick):
        self.links += 1
        held = list(self.subscription.disks.values())
        new = DataVirtualHardDisk(lun=lun, logical_disk_size_in_gb=size, media_link=LINK.format(self.links))
        old = DataVirtualHardDisk(lun=lun, disk_name=held[pick % len(held)].name) if pick is not None and held else new
        self.call(data_disks.add_data_disk, old, role_name=role, **AT)

    @step(role=HELD, lun=LUNS, to=LUNS)
    def move(self, role, lun, to):
        command = UpdateDataVirtualHardDisk(lun=to, host_caching="ReadOnly")
        self.call(data_disks.update_data_disk, command, role_name=role, lun=str(lun), **AT)

    @step(role=HELD, lun=LUNS, media=st.booleans())
    def detach(self, role, lun, media):
        does = data_disks.delete_data_disk_with_media if media else data_disks.delete_data_disk
        self.call(does, role_name=role, lun=str(lun), **AT)

    @precondition(lambda machine: machine.subscription.disks)
    @rule(pick=st.integers(0, 5))
    def delete_disk(self, pick):
        held = list(self.subscription.disks.values())
        self.call(disks.delete, disk_name=held[pick % len(held)].name)

    # ---- what the service holds

    @rule(data=st.sampled_from(["certificate", "certificate", b"none"]))
    def add_certificate(self, data):
        data = self.certificate if data == "certificate" else data
        command = service_certificates.AddServiceCertificate(data=data, certificate_format="cer")
        self.call(service_certificates.add, command, service_name="svc")

    @precondition(lambda machine: machine.service.certificates)
    @rule()
    def delete_certificate(self):
        name = f"sha1-{thumbprint_of(self.certificate)}"
        self.call(service_certificates.delete, service_name="svc", certificate=name)

    @step(name=ROLES)
    def add_with_certificate(self, name):
        thumbprint = thumbprint_of(self.certificate)
        named = CertificateSetting(store_location="LocalMachine", store_name="My", thumbprint=thumbprint)
        provisioning = WindowsProvisioning(
            computer_name="h", admin_password="secret", stored_certificate_settings=[named]
        )
        described = self.described(name, "Windows", None, None)
        sets = [provisioning, network(None)]
        self.call(
            vm_roles.add,
            RoleInput(role_name=name, configuration_sets=sets, os_virtual_hard_disk=described.os_virtual_hard_disk),
            **AT,
        )

    @rule(name=NAMES)
    def add_extension(self, name):
        command = extensions.AddExtension(provider_name_space="P", type="T", id=name)
        self.call(extensions.add, command, service_name="svc")

    @precondition(lambda machine: machine.service.extensions)
    @rule(name=NAMES)
    def delete_extension(self, name):
        self.call(extensions.delete, service_name="svc", extension_id=name)

    # ---- time

    @rule(seconds=st.sampled_from([1, 30, 90, 600]))
    def wait(self, seconds):
        until = self.subscription.now + timedelta(seconds=seconds)
        while (event := self.subscription.clock.next_event()) is not None and event.due <= until:
            before = self.states()
            self.subscription.advance_to(event.due)
            for key, (kind, state) in self.states().items():
                if key in before and before[key] != (kind, state):
                    assert follows(kind, before[key][1], state), (before[key], state)
        self.subscription.advance_to(until)

    @rule()
    def wait_until_quiet(self):
        self.subscription.advance_until_quiet(10_000)
        assert self.subscription.clock.pending() == []
        assert all(operation.status != "InProgress" for operation in self.accepted)
        assert all(one.state == "Held" for one in self.service.certificates.values())
        assert not any(one.adding for one in self.service.extensions.values())
        assert not any(disk.releasing for disk in self.subscription.disks.values())
        if self.deployment is not None:
            assert self.deployment.operation is None
            states = {instance.state for instance in self.deployment.instances.values()}
            assert states <= {"ready", "stopped", "deallocated"}
            assert self.deployment.status == ("Suspended" if states == {"deallocated"} else "Running")
            assert bool(self.deployment.virtual_ips[0].address) == (states != {"deallocated"})

    def states(self):
        if self.deployment is None:
            return {}
        found = self.deployment.instances.values()
        return {(self.deployment.private_id, one.instance_name): (one.kind, one.state) for one in found}

    # ---- what always holds

    @invariant()
    def cores_are_those_of_the_machines(self):
        deployments = self.service.deployments.values()
        assert self.subscription.cores_in_use == sum(cores.of(self.subscription, one) for one in deployments)
        assert self.subscription.cores_in_use <= CORES

    @invariant()
    def machines_and_disks_agree(self):
        held = {}
        for role in self.deployment.roles.values() if self.deployment else ():
            names = [role.machine.os_disk.disk_name, *(disk.disk_name for disk in role.machine.data_disks)]
            held |= {name.lower(): role.role_name for name in names}
            assert len({name.lower() for name in names}) == len(names)
        attached = {
            key: disk.attached_to.role_name
            for key, disk in self.subscription.disks.items()
            if disk.attached_to is not None and not disk.releasing
        }
        assert held == attached

    @invariant()
    def luns_and_ports_are_nobody_elses(self):
        ports = []
        for role in self.deployment.roles.values() if self.deployment else ():
            luns = [disk.lun for disk in role.machine.data_disks]
            assert len(set(luns)) == len(luns)
            ports += [(endpoint.protocol, endpoint.port) for endpoint in role.input_endpoints]
        assert len(set(ports)) == len(ports)

    @invariant()
    def machines_are_in_a_state_of_their_table_with_its_event_on_the_schedule(self):
        for instance in self.deployment.instances.values() if self.deployment else ():
            lifecycle = INSTANCE_LIFECYCLES[instance.kind][0]
            assert instance.state in lifecycle.states
            moving = instance.state in lifecycle.automatic and self.deployment.status != "Deleting"
            assert (instance.pending in self.subscription.clock.schedule) == moving

    @invariant()
    def a_deployment_has_as_many_instances_as_roles(self):
        if self.deployment is not None:
            assert list(self.deployment.roles) == list(self.deployment.instances)
            assert self.deployment.roles

    @invariant()
    def what_machines_name_is_held(self):
        for role in self.deployment.roles.values() if self.deployment else ():
            for thumbprint in role.machine.certificate_thumbprints:
                assert self.service.certificates[thumbprint].state == "Held"


def follows(kind, source, target):
    """Whether a chain of transitions of the table leads there: several may happen at one time."""
    known = {source}
    transitions = INSTANCE_LIFECYCLES[kind][0].transitions
    while grown := {t.target for t in transitions if t.source in known} - known:
        known |= grown
    return target in known


TestMachines = Machines.TestCase
TestMachines.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)


@pytest.fixture(autouse=True)
def _certificate(a_certificate):
    Machines.certificate = a_certificate().der
