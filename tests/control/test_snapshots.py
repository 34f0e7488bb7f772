"""Snapshots of a world: what is loaded goes on as what was saved, and what cannot be loaded changes nothing."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from emulator.catalog import load_catalog
from emulator.control import snapshots
from emulator.control.snapshots import SnapshotError
from emulator.domain import hosted_services, images, operations, publishing, storage_accounts, virtual_machines
from emulator.domain.clock import Pace
from emulator.domain.handlers import HANDLERS
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.images import ImageInput
from emulator.domain.machines import CreateVMDeployment, LinuxProvisioning, OSVirtualHardDisk, RoleInput
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.world import World

START = datetime(2015, 7, 1, tzinfo=UTC)
HERE, THERE = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"


def a_world(**settings):
    return World(load_catalog(), HANDLERS, **{"pace": Pace("manual"), "wall": lambda: START, **settings})


def call(subscription, function, command, **parameters):
    """Call as the pipeline does."""
    operation = operations.begin(
        subscription,
        function.__name__,
        object_id=f"/{subscription.id}/services",
        parameters={"subscriptionID": subscription.id, "input": f"/{subscription.id}"},
    )
    operations.remember(subscription, operation)
    return function(subscription, operation, command, **parameters)


def create_service(subscription, name):
    return call(
        subscription, hosted_services.create, CreateHostedService(service_name=name, label=b"l", location="West US")
    )


def create_account(subscription, name):
    command = CreateStorageAccount(service_name=name, label=b"l", location="West US")
    call(subscription, storage_accounts.create, command)
    return subscription.storage_accounts[name]


def deploy(subscription, name):
    role = RoleInput(
        role_name="vm",
        configuration_sets=[LinuxProvisioning(host_name="h", user_name="u", user_password="secret1")],
        os_virtual_hard_disk=OSVirtualHardDisk(
            media_link="https://account.blob.core.windows.net/v/a.vhd", source_image_name=f"{'0' * 32}__an-image"
        ),
    )
    command = CreateVMDeployment(name="dep", deployment_slot="Production", label=b"l", role_list=[role])
    call(subscription, virtual_machines.create_deployment, command, service_name=name)


@pytest.fixture
def world():
    """A world with two subscriptions, in one of which much goes on."""
    world = a_world()
    one = world.subscription(HERE)
    create_account(one, "account")
    one.advance_until_quiet(100)
    for name in ("b", "a"):
        create_service(one, name)
    deploy(one, "a")
    blob = "https://account.blob.core.windows.net/v/b.vhd"
    call(one, images.add, ImageInput(name="mine", label="l", os="Linux", media_link=blob))
    call(one, publishing.replicate_os_image, publishing.ReplicationInput(), image_name="mine")
    one.advance_to(one.now + timedelta(seconds=20))
    world.subscription("other").override(quotas={"max_core_count": 2}, timings={"deployment.create": 5})
    world.request_id()
    return world


def changed(document, **changes):
    """Return a document of one subscription in which something of it is different."""
    said = json.loads(document)
    (state,) = said["subscriptions"].values()
    state |= changes
    said["subscriptions"] = {state["id"]: state}
    return json.dumps(said).encode()


# ---- save and load


def test_what_is_saved_and_loaded_and_saved_is_the_same_to_the_byte(world):
    document, loaded = snapshots.save(world), a_world()
    snapshots.load(loaded, document)
    assert snapshots.save(loaded) == document


def test_a_loaded_world_goes_on_as_the_saved_one_does(world):
    loaded = a_world(seed="another")
    snapshots.load(loaded, snapshots.save(world))
    for one in (world, loaded):
        here = one.subscription(HERE)
        fired = here.advance_until_quiet(100)
        assert [event.name for event in fired].count("replicated") == 1
        create_account(here, "more")
        create_service(one.subscription("new"), "c")
    assert loaded.request_id() == world.request_id()
    assert snapshots.diff(snapshots.save(world), loaded) == []
    assert [*loaded.subscription(HERE).hosted_services] == ["b", "a"]
    assert [*loaded.subscription(HERE).operations] == [*world.subscription(HERE).operations]
    assert loaded.subscription("other").catalog.quotas.max_core_count == 2


def test_loading_leaves_nothing_of_what_was_there(world):
    loaded = a_world()
    create_service(loaded.subscription("gone"), "x")
    create_service(loaded.subscription(HERE), "x")
    loaded.subscription("other").override(quotas={"max_core_count": 7})
    assert loaded.subscription("other").catalog.quotas.max_core_count == 7
    document = snapshots.save(world)
    snapshots.load(loaded, document)
    assert snapshots.save(loaded) == document
    assert loaded.subscription("other").catalog.quotas.max_core_count == 2


def test_nothing_in_a_world_is_in_two_places(world):
    """What two places shared before, they would not share after a load."""
    found = {}

    def look(value, path):
        if isinstance(value, list | dict) or (
            hasattr(value, "__struct_fields__") and not type(value).__struct_config__.frozen
        ):
            assert id(value) not in found, f"{path} is {found[id(value)]}"
            found[id(value)] = path
        if isinstance(value, list | tuple | dict):
            for name, part in value.items() if isinstance(value, dict) else enumerate(value):
                look(part, f"{path}/{name}")
        for name in getattr(value, "__struct_fields__", ()):
            look(getattr(value, name), f"{path}/{name}")

    for one in world.subscriptions.values():
        look(one, one.id)


@pytest.mark.parametrize(("mode", "passes"), [("manual", 0), ("scaled", 60), ("step", 1), ("instant", 86401)])
def test_the_time_between_saving_and_loading_does_not_pass(mode, passes):
    now = [START]
    world = a_world(pace=Pace(mode, {"scaled": 60}.get(mode, 1)), wall=lambda: now[0])
    world.subscription(HERE)
    document = snapshots.save(world)
    now[0] += timedelta(days=1)
    snapshots.load(world, document)
    now[0] += timedelta(seconds=1)
    here = world.subscription(HERE)
    here.settle(world.wall())
    # An instant clock shows the wall's time, which is a day and a second later.
    assert here.now - START == timedelta(seconds=passes)


def test_a_request_that_waits_for_its_subscription_finds_what_was_loaded(world):
    """As the pipeline does it: the subscription is looked up before its lock is taken."""
    document = snapshots.save(world)
    here, seen = world.subscription(HERE), []

    def ask():
        with world.lock_of(here):
            create_service(here, "late")
            seen.append(here.hosted_services.keys())

    with world.lock_of(here):
        create_service(here, "forgotten")
        waiting = threading.Thread(target=ask)
        waiting.start()
        snapshots.load(world, document)
    waiting.join(10)
    assert [*seen[0]] == [*world.subscription(HERE).hosted_services] == ["b", "a", "late"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"quotas": {"no_such": 1}}, "no_such"),
        ({"timings": {"no.such": 1}}, "no.such"),
        ({"id": "no id"}, "'no id' can be no subscription id"),
        ({"id": "UPPER"}, "an id is written in lower case"),
        ({"clock": {"now": "2015-07-01T00:00:00Z", "schedule": {"1": {}}}}, "/clock/schedule/1: Object missing"),
        (
            {
                "clock": {
                    "now": "2015-07-01T00:00:00Z",
                    "last": 1,
                    "schedule": {
                        "1": {
                            "sequence": 1,
                            "due": "2015-07-01T00:00:00Z",
                            "machine": "sewing",
                            "resource": [],
                            "name": "x",
                        }
                    },
                }
            },
            "/clock/schedule/1: nothing can come of this event",
        ),
        ({"clock": {"now": "9999-12-31T00:00:00Z"}}, "/clock: no clock gets to 9999-12-31"),
        ({"clock": {"now": "0001-01-01T00:00:00Z"}}, "/clock: no clock gets to 0001-01-01"),
    ],
)
def test_what_no_world_could_be_is_refused_and_changes_nothing(world, change, why):
    document = changed(snapshots.save_one(world, "other"), **change)
    before = snapshots.save(world)
    with pytest.raises(SnapshotError, match=why):
        snapshots.load(world, document)
    assert snapshots.save(world) == before


# ---- one subscription


def test_one_subscription_is_loaded_beside_the_others(world):
    document = snapshots.save_one(world, HERE)
    create_service(world.subscription(HERE), "forgotten")
    create_service(world.subscription("other"), "kept")
    snapshots.load_one(world, HERE.upper(), document)
    assert snapshots.save_one(world, HERE) == document
    assert [*world.subscription("other").hosted_services] == ["kept"]


class Busy:
    """A subscription beside which others come to be while somebody looks at it."""

    def __init__(self, world):
        self.world = world

    @property
    def id(self):
        self.world.subscription(f"new-{len(self.world.subscriptions)}")
        return "busy"


def test_one_is_loaded_while_others_come_to_be(world):
    saved = snapshots.save_one(world, "a")
    world.subscriptions["busy"] = Busy(world)
    snapshots.load_one(world, "loaded", saved)
    assert {"loaded", "busy"} < world.subscriptions.keys()


def test_one_is_taken_out_of_a_snapshot_of_everything(world):
    loaded = a_world()
    snapshots.load_one(loaded, HERE, snapshots.save(world))
    assert [*loaded.subscriptions] == [HERE]
    assert snapshots.save_one(loaded, HERE) == snapshots.save_one(world, HERE)


def test_which_of_several_has_to_be_known(world):
    with pytest.raises(SnapshotError, match="there are 2 subscriptions in this snapshot, and third is none of them"):
        snapshots.load_one(a_world(), "third", snapshots.save(world))


def test_the_only_one_may_be_loaded_under_another_id(world):
    loaded = a_world()
    snapshots.load_one(loaded, THERE, snapshots.save_one(world, HERE))
    assert [*loaded.subscriptions] == [THERE]
    assert loaded.subscription(THERE).hosted_services == world.subscription(HERE).hosted_services


# ---- fork


def test_a_fork_is_its_origin_under_another_id_and_goes_on_by_itself(world):
    snapshots.fork(world, HERE, THERE)
    one, other = world.subscription(HERE), world.subscription(THERE)
    assert other.advance_until_quiet(100) == one.advance_until_quiet(100)
    assert other.hosted_services == one.hosted_services
    assert [*other.hosted_services] == ["b", "a"]
    assert other.clock.now == one.clock.now
    assert create_account(other, "more").primary_key
    assert "more" not in one.storage_accounts
    assert (one.name, other.name) == ("Emulated subscription 11111111", "Emulated subscription 99999999")


def test_what_led_to_the_origin_leads_to_the_fork(world):
    snapshots.fork(world, HERE, THERE)
    operation = list(world.subscription(THERE).operations.values())[-1]
    assert operation.object_id == f"/{THERE}/services"
    assert operation.parameters == {"subscriptionID": THERE, "input": f"/{THERE}"}
    assert operation.name == "replicate_os_image"
    image = world.subscription(THERE).images["mine"]
    assert image.publication.published_name == f"{publishing.publisher(THERE)}__mine"
    assert HERE not in snapshots.save_one(world, THERE).decode().replace(f"asm-emulator/{HERE}", "")


def test_a_short_id_is_changed_in_links_only():
    world = a_world()
    create_service(world.subscription("s"), "s")
    snapshots.fork(world, "s", "t")
    assert [*world.subscription("t").hosted_services] == ["s"]
    (operation,) = world.subscription("t").operations.values()
    assert operation.object_id == "/t/services"


@pytest.mark.parametrize(
    ("to", "why"),
    [("OTHER", "there is a subscription other already"), ("no id", "'no id' can be no subscription id")],
)
def test_a_fork_takes_no_place_that_is_taken(world, to, why):
    before = snapshots.save(world)
    with pytest.raises(SnapshotError, match=why):
        snapshots.fork(world, HERE, to)
    assert snapshots.save(world) == before


def test_where_names_are_global_two_subscriptions_cannot_have_the_same(world):
    alone, everything = snapshots.save_one(world, HERE), snapshots.save(world)
    snapshots.fork(world, HERE, THERE)
    twice, everywhere = snapshots.save(world), a_world(dns_names="global")
    snapshots.load(everywhere, everything)
    for refused in (
        lambda: snapshots.fork(everywhere, HERE, THERE),
        lambda: snapshots.load_one(everywhere, THERE, alone),
        lambda: snapshots.load(everywhere, twice),
    ):
        with pytest.raises(SnapshotError, match="names are global here, and .* both have the hosted service b"):
            refused()
        assert snapshots.save(everywhere) == everything
    snapshots.load_one(everywhere, HERE, alone)


# ---- diff


def test_nothing_is_different_from_itself(world):
    assert snapshots.diff(snapshots.save(world), snapshots.save(world)) == []


def test_what_came_what_went_and_what_changed_is_told_with_its_path(world):
    before = snapshots.save(world)
    here = world.subscription(HERE)
    del here.hosted_services["b"]
    here.hosted_services["a"].label = b"m"
    here.reserved_ips.clear()
    world.subscription("other").override(quotas={"max_core_count": 2, "max_dns_servers": 1})
    changes = snapshots.diff(before, world)
    assert [(one.path, one.before is snapshots.UNSET, one.after is snapshots.UNSET) for one in changes] == [
        (f"/subscriptions/{HERE}/hosted_services/a/label", False, False),
        (f"/subscriptions/{HERE}/hosted_services/b", False, True),
        ("/subscriptions/other/quotas/max_dns_servers", True, False),
    ]
    assert (changes[0].before, changes[0].after) == ("bA==", "bQ==")
    assert snapshots.diff(snapshots.save(world), snapshots.save(world)) == []


def test_one_subscription_is_compared_with_itself_in_a_world_of_many(world):
    before = snapshots.save_one(world, HERE)
    create_service(world.subscription("other"), "x")
    assert snapshots.diff(before, world) == []
    world.subscription(HERE).callers.append("me")
    assert [one.path for one in snapshots.diff(before, world)] == [f"/subscriptions/{HERE}/callers"]


def test_two_snapshots_of_one_each_are_compared_whatever_their_ids_are(world):
    snapshots.fork(world, HERE, THERE)
    one, other = snapshots.save_one(world, HERE), snapshots.save_one(world, THERE)
    paths = {change.path.removeprefix(f"/subscriptions/{HERE}").split("/")[1] for change in snapshots.diff(one, other)}
    assert paths == {"id", "images", "name", "operations"}


# ---- ten thousand


def test_ten_thousand_services_are_saved_and_loaded_in_under_a_second_each():
    world = a_world()
    here = world.subscription(HERE)
    here.override(quotas={"max_hosted_services": 10_000})
    for number in range(10_000):
        create_service(here, f"service{number}")
    saving, loading = [], []
    for _ in range(3):  # a machine is slow now and then
        before = time.process_time()
        document = snapshots.save(world)
        saved = time.process_time()
        snapshots.load(world, document)
        saving.append(saved - before)
        loading.append(time.process_time() - saved)
    assert min(saving) < 1
    assert min(loading) < 1
    assert len(world.subscription(HERE).hosted_services) == 10_000
