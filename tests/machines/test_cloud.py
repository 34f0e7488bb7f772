"""A rule-based machine over services, deployments, storage, images and disks, held against what must always be true.

Whatever is called in whatever order: a refused call changes nothing, every accepted operation ends, names stay
unique, counts equal what exists, and a status only ever follows another that its table lets it follow. At any time all
of it may be saved and loaded, and goes on as if nothing had been.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from emulator.catalog import load_catalog
from emulator.control import snapshots
from emulator.domain import (
    affinity_groups,
    cores,
    deployments,
    disks,
    hosted_services,
    images,
    machines,
    migration,
    reserved_ips,
    storage_accounts,
    virtual_machines,
    virtual_networks,
)
from emulator.domain.deployments import ConfigurationDocument
from emulator.domain.lifecycle import DEPLOYMENT, INSTANCE_LIFECYCLES
from emulator.domain.network_records import NetworkDocument, Subnet, VirtualNetworkSite
from emulator.wire.configuration import read_configuration
from tests.machines.calls import Calls

CONFIGURATIONS = Path(__file__).parents[2] / "fixtures" / "configurations"
DOCUMENTS = [
    ConfigurationDocument(text, read_configuration(text))
    for text in ((CONFIGURATIONS / f"{name}.cscfg").read_bytes() for name in ("one-worker", "scaled"))
]
NAMES = st.sampled_from(["one", "one", "one", "ONE", "two", "no good"])
ACCOUNTS = st.sampled_from(["account1"] * 4 + ["account2", "Account1"])
SLOTS = st.sampled_from(["production", "Staging", "production", "staging", "neither"])
LOCATIONS = st.sampled_from(["West US"] * 4 + ["East US", "Atlantis"])
PLACES = st.sampled_from([("West US", None), ("East US", None), (None, "one"), (None, None), ("West US", "one")])
VERBS = st.sampled_from(["validate", "prepare", "prepare", "commit", "abort"])
WANTED = migration.DeploymentNetworkResource(destination_virtual_network="New")
SITES = [
    VirtualNetworkSite(name=name, location="West US", address_prefixes=(f"{space}/24",), subnets=(Subnet("a", at),))
    for name, space, at in (("one", "10.0.0.0", "10.0.0.0/28"), ("two", "10.0.1.0", "10.0.1.0/28"))
]
LINKS = ACCOUNTS.map(lambda account: f"https://{account}.blob.core.windows.net/vhds/a.vhd")


def has_deployments(machine):
    return bool(machine.statuses())


class Cloud(Calls):
    catalog = load_catalog().with_overrides(quotas={"max_core_count": 6, "max_hosted_services": 2})

    @initialize()
    def begin_with_services_and_an_account(self):
        for name in ("one", "two"):
            self.create_service_at(name, ("West US", None))
        self.create_account("account1", "West US")
        self.set_networks(2)
        self.subscription.advance_until_quiet(100)

    @rule(name=NAMES, location=LOCATIONS)
    def create_group(self, name, location):
        command = affinity_groups.CreateAffinityGroup(name=name, label=b"l", location=location)
        self.call(affinity_groups.create, command)

    @rule(name=NAMES)
    def delete_group(self, name):
        self.call(affinity_groups.delete, affinity_group_name=name)

    @rule(name=NAMES, place=PLACES)
    def create_service_at(self, name, place):
        location, group = place
        command = hosted_services.CreateHostedService(
            service_name=name, label=b"l", location=location, affinity_group=group
        )
        self.call(hosted_services.create, command)

    @rule(name=st.sampled_from(["one", "two", "two"]), media=st.booleans())
    def delete_service(self, name, media):
        self.call(hosted_services.delete_with_media if media else hosted_services.delete, service_name=name)

    @rule(
        service=NAMES,
        slot=SLOTS,
        name=NAMES,
        start=st.booleans(),
        document=st.sampled_from(DOCUMENTS),
        settle=st.booleans(),
    )
    def create_deployment(self, service, slot, name, start, document, settle):
        command = deployments.CreateDeployment(
            name=name, package_url="http://a/b", label=b"l", configuration=document, start_deployment=start
        )
        self.call(deployments.create, command, service_name=service, slot_name=slot)
        if settle:
            self.subscription.advance_until_quiet(10_000)

    @precondition(has_deployments)
    @rule(pick=st.integers(0, 5), status=st.sampled_from(["Running", "Running", "suspended", "Sleeping"]))
    def update_status(self, pick, status):
        service, deployment = self.existing(pick)
        command = deployments.UpdateDeploymentStatus(status=status)
        self.call(deployments.update_status, command, service_name=service.name, deployment_name=deployment.name)

    @precondition(has_deployments)
    @rule(pick=st.integers(0, 5), production=NAMES | st.none(), right=st.sampled_from([True, True, True, False]))
    def swap(self, pick, production, right):
        service, _ = self.existing(pick)
        held = {slot: deployment.name for slot, deployment in service.deployments.items()}
        production = held.get("Production") if right else production
        command = deployments.Swap(production=production, source_deployment=held.get("Staging", "one"))
        self.call(deployments.swap, command, service_name=service.name)

    @precondition(has_deployments)
    @rule(pick=st.integers(0, 5), media=st.booleans())
    def delete_deployment(self, pick, media):
        service, deployment = self.existing(pick)
        function = deployments.delete_with_media if media else deployments.delete
        self.call(function, service_name=service.name, slot_name=deployment.slot)

    def existing(self, pick):
        """Return a deployment that is there."""
        found = self.placed()
        return found[pick % len(found)]

    def placed(self):
        return [(s, d) for s in self.subscription.hosted_services.values() for d in s.deployments.values()]

    @rule(count=st.integers(0, 2))
    def set_networks(self, count):
        self.call(virtual_networks.set_configuration, NetworkDocument(virtual_network_sites=tuple(SITES[:count])))

    @rule(name=NAMES)
    def reserve_address(self, name):
        self.call(reserved_ips.create, reserved_ips.CreateReservedIP(name=name, location="West US"))

    @precondition(has_deployments)
    @rule(pick=st.integers(0, 5), verb=VERBS, settle=st.booleans())
    def migrate_deployment(self, pick, verb, settle):
        service, deployment = self.existing(pick)
        kind, command = migration.DeploymentMigration, ()
        function = getattr(kind, verb)
        if verb in ("validate", "prepare"):
            function, command = getattr(kind, f"{verb}_into"), (WANTED,)
        self.call(function, *command, service_name=service.name, deployment_name=deployment.name)
        if settle:
            self.subscription.advance_until_quiet(10_000)

    @precondition(lambda self: any(deployment.of_virtual_machines for _, deployment in self.placed()))
    @rule(pick=st.integers(0, 5), commit=st.booleans())
    def migrate_machines_with_all_that_they_have(self, pick, commit):
        placed = [at for at in self.placed() if at[1].of_virtual_machines]
        service, deployment = placed[pick % len(placed)]
        network = deployment.virtual_network_name
        for verb in ("prepare", "commit") if commit else ("prepare",):
            self.subscription.advance_until_quiet(10_000)
            if network is not None:
                self.migrate_network(network, verb, settle=True)
            elif deployment in service.deployments.values():
                names = {"service_name": service.name, "deployment_name": deployment.name}
                self.call(getattr(migration.DeploymentMigration, verb), **names)
                self.subscription.advance_until_quiet(10_000)

    @rule(name=NAMES, verb=VERBS, settle=st.booleans())
    def migrate_network(self, name, verb, settle):
        self.call(getattr(migration.VirtualNetworkMigration, verb), virtual_network_name=name)
        if settle:
            self.subscription.advance_until_quiet(10_000)

    @rule(name=ACCOUNTS, verb=VERBS)
    def migrate_account(self, name, verb):
        self.call(getattr(migration.StorageAccountMigration, verb), service_name=name)

    @rule(name=NAMES, verb=VERBS)
    def migrate_address(self, name, verb):
        self.call(getattr(migration.ReservedIPMigration, verb), reserved_ip_name=name)

    @rule(
        service=NAMES,
        role=NAMES,
        os=st.sampled_from(["Linux", "Windows"]),
        link=LINKS,
        port=st.sampled_from([22, 80]),
        network=st.sampled_from([None, None, "one", "two"]),
        address=st.sampled_from([None, None, "one"]),
        settle=st.booleans(),
    )
    def create_machines(self, service, role, os, link, port, network, address, settle):
        provisioning = (
            machines.LinuxProvisioning(host_name="h", user_name="u", user_password="secret")
            if os == "Linux"
            else machines.WindowsProvisioning(computer_name="h", admin_password="secret")
        )
        endpoints = machines.NetworkConfiguration(
            input_endpoints=[
                machines.EndpointInput(name="a", local_port=1, port=22, protocol="tcp"),
                machines.EndpointInput(name="b", local_port=2, port=port, protocol="TCP"),
            ]
        )
        described = machines.RoleInput(
            role_name=role,
            configuration_sets=[provisioning, endpoints],
            os_virtual_hard_disk=machines.OSVirtualHardDisk(media_link=link, source_image_name=f"{'0' * 32}__image"),
        )
        command = machines.CreateVMDeployment(
            name=service,
            deployment_slot="Production",
            label=b"l",
            role_list=[described],
            virtual_network_name=network,
            reserved_ip_name=address,
        )
        self.call(virtual_machines.create_deployment, command, service_name=service)
        if settle:
            self.subscription.advance_until_quiet(10_000)

    @rule(name=ACCOUNTS, location=LOCATIONS)
    def create_account(self, name, location):
        command = storage_accounts.CreateStorageAccount(service_name=name, label=b"l", location=location)
        self.call(storage_accounts.create, command)

    @rule(name=ACCOUNTS)
    def delete_account(self, name):
        self.call(storage_accounts.delete, service_name=name)

    @rule(name=NAMES, link=LINKS, os=st.sampled_from(["Linux", "windows", "Plan9"]))
    def add_image(self, name, link, os):
        self.call(images.add, images.ImageInput(name=name, label="l", media_link=link, os=os))

    @rule(name=NAMES)
    def delete_image(self, name):
        self.call(images.delete, image_name=name)

    @rule(name=NAMES, link=LINKS)
    def add_disk(self, name, link):
        self.call(disks.add, disks.DiskInput(name=name, label="l", media_link=link))

    @rule(name=NAMES, size=st.sampled_from([None, 10, 40]))
    def update_disk(self, name, size):
        self.call(disks.update, disks.DiskInput(label="m", resized_size_in_gb=size), disk_name=name)

    @rule(name=NAMES)
    def delete_disk(self, name):
        self.call(disks.delete, disk_name=name)

    @rule(seconds=st.sampled_from([1, 30, 90, 600]))
    def wait(self, seconds):
        statuses = self.statuses()
        for event in self.subscription.advance_to(self.subscription.now + timedelta(seconds=seconds)):
            assert event.due <= self.subscription.now
        for key, status in self.statuses().items():
            assert key not in statuses or reachable(statuses[key], status), (statuses[key], status)

    @rule(_more=st.integers(0, 3))
    def wait_until_quiet(self, _more):
        self.subscription.advance_until_quiet(10_000)
        assert self.subscription.clock.pending() == []
        assert all(operation.status != "InProgress" for operation in self.accepted)
        for service in self.subscription.hosted_services.values():
            assert service.status == "Created"
            for deployment in service.deployments.values():
                assert deployment.status in ("Running", "Suspended")
                assert deployment.operation is None
                rest = {"ready"} if deployment.status == "Running" else {"stopped"}
                assert {instance.state for instance in deployment.instances.values()} == rest

    @rule()
    def go_on_from_a_snapshot(self):
        document = snapshots.save(self.world)
        snapshots.load(self.world, document)
        assert snapshots.save(self.world) == document
        self.accepted = [self.subscription.operations[operation.id] for operation in self.accepted]

    def teardown(self):
        document, twin = snapshots.save(self.world), self.a_world()
        snapshots.load(twin, document)
        assert snapshots.save(twin) == document
        loaded = twin.subscription("s")
        assert loaded.advance_until_quiet(10_000) == self.subscription.advance_until_quiet(10_000)
        assert loaded.entropy.guid() == self.subscription.entropy.guid()
        assert snapshots.diff(snapshots.save(self.world), twin) == []

    def statuses(self):
        return {
            d.private_id: d.status for s in self.subscription.hosted_services.values() for d in s.deployments.values()
        }

    @invariant()
    def keys_are_the_lower_case_names(self):
        for collection in (
            self.subscription.hosted_services,
            self.subscription.storage_accounts,
            self.subscription.affinity_groups,
            self.subscription.images,
            self.subscription.disks,
        ):
            assert list(collection) == [one.name.lower() for one in collection.values()]

    @invariant()
    def counts_are_what_exists(self):
        services = self.subscription.hosted_services.values()
        assert self.subscription.cores_in_use == sum(
            cores.of(self.subscription, d) for s in services for d in s.deployments.values()
        )
        assert self.subscription.cores_in_use <= 6
        assert len(services) <= 2

    @invariant()
    def deployments_stand_in_their_slots_under_different_names(self):
        for service in self.subscription.hosted_services.values():
            assert all(slot == deployment.slot for slot, deployment in service.deployments.items())
            names = [d.name.lower() for d in service.deployments.values()]
            assert len(set(names)) == len(names)

    @invariant()
    def what_is_locked_is_held_by_an_operation_in_progress(self):
        for service in self.subscription.hosted_services.values():
            for deployment in service.deployments.values():
                if deployment.operation is not None:
                    assert self.subscription.operations[deployment.operation].status == "InProgress"

    @invariant()
    def what_is_on_its_way_out_is_there_and_has_an_operation_in_progress(self):
        holding = ("Preparing", "Aborting", "Committing")
        for kind, names in self.migrating():
            one = migration.KINDS[kind](self.subscription, *names)
            assert one.record.migration_state in (*holding, "Prepared")
            key = [kind.lower(), *(name.lower() for name in names)]
            pending = [e for e in self.subscription.clock.pending() if [part.lower() for part in e.resource] == key]
            assert len(pending) == (one.record.migration_state in holding)
            for _, deployment in one.deployments:
                assert deployment.of_virtual_machines
                assert (deployment.operation is None) == (not pending)

    def migrating(self):
        """Yield everything in any state of migration, by its kind and its names as the schedule has them."""
        held = self.subscription
        for service in held.hosted_services.values():
            for one in service.deployments.values():
                if one.migration_state is not None:
                    yield "Deployment", (service.name, one.name)
        for kind, collection in (
            ("VirtualNetwork", held.virtual_networks),
            ("Storage", held.storage_accounts),
            ("ReservedIP", held.reserved_ips),
        ):
            yield from ((kind, (name,)) for name, one in collection.items() if one.migration_state is not None)

    @invariant()
    def deployments_are_in_networks_and_have_addresses_that_exist(self):
        for service in self.subscription.hosted_services.values():
            for deployment in service.deployments.values():
                network = deployment.virtual_network_name
                assert network is None or network.lower() in self.subscription.virtual_networks
                for virtual_ip in deployment.virtual_ips:
                    name = virtual_ip.reserved_ip_name
                    assert name is None or name.lower() in self.subscription.reserved_ips

    @invariant()
    def every_instance_is_in_a_state_of_its_table_with_its_event_on_the_schedule(self):
        for service in self.subscription.hosted_services.values():
            for deployment in service.deployments.values():
                for instance in deployment.instances.values():
                    lifecycle = INSTANCE_LIFECYCLES[instance.kind][0]
                    assert instance.state in lifecycle.states
                    moving = instance.state in lifecycle.automatic and deployment.status != "Deleting"
                    assert (instance.pending in self.subscription.clock.schedule) == moving

    @invariant()
    def disks_are_attached_to_machines_that_exist_or_are_being_released(self):
        for disk in self.subscription.disks.values():
            holder = disk.attached_to
            if holder is not None and not disk.releasing:
                service = self.subscription.hosted_services[holder.hosted_service_name.lower()]
                assert holder.role_name.lower() in service.deployments["Production"].roles


def reachable(source, target):
    """Whether a chain of transitions of the table leads from one status to another."""
    known, frontier = {source}, [source]
    while frontier:
        state = frontier.pop()
        for transition in DEPLOYMENT.transitions:
            if transition.source == state and transition.target not in known:
                known.add(transition.target)
                frontier.append(transition.target)
    return target in known


TestCloud = Cloud.TestCase
TestCloud.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
