"""A rule-based machine over one deployment that is updated, rolled back and robbed of instances, in whatever order.

What may follow what is read off the tables of lifecycle.py: time goes from event to event, and after each of them
every status, every update and every instance has either stayed or moved as its table lets it.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from emulator.catalog import load_catalog
from emulator.control import snapshots
from emulator.domain import cores, deployments, hosted_services, role_instances, updates
from emulator.domain.handlers import HANDLERS
from emulator.domain.lifecycle import DEPLOYMENT, INSTANCE, UPDATE_LIFECYCLES
from emulator.domain.web_roles import ConfigurationDocument, current, upgrade_domain_count
from emulator.wire.configuration import read_configuration
from emulator.wire.role_instances import with_counts
from tests.machines.calls import Calls

LIMIT = 14
HERE = {"service_name": "svc", "deployment_name": "v1"}
MODES = st.sampled_from(["Auto", "Manual", "Auto", "Manual", "Simultaneous", "Sometimes"])
MOSTLY = st.sampled_from([True, True, True, False])
PICKS = st.integers(0, 8)


def document(web, worker, setting):
    setup = f'<ConfigurationSettings><Setting name="a" value="{setting}"/></ConfigurationSettings>'
    roles = f'<Role name="Web"><Instances count="{web}"/>{setup}</Role>'
    if worker:
        roles += f'<Role name="Worker"><Instances count="{worker}"/></Role>'
    namespace = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
    text = f'<ServiceConfiguration serviceName="s" osFamily="4" xmlns="{namespace}">{roles}</ServiceConfiguration>'
    return ConfigurationDocument(text.encode(), read_configuration(text.encode()))


DOCUMENTS = st.builds(document, st.integers(1, 7), st.sampled_from([1, 1, 2, 3, 0]), st.sampled_from("xy"))


def follows(lifecycle, source, target):
    """Whether one transition of the table leads there, if any is needed."""
    return source == target or any(t.source == source and t.target == target for t in lifecycle.transitions)


def reachable(lifecycle, source, target):
    """Whether a chain of transitions of the table leads there: domains with nothing to restart take no time."""
    known = {source}
    while grown := {t.target for t in lifecycle.transitions if t.source in known} - known:
        known |= grown
    return target in known


class Updates(Calls):
    catalog = load_catalog().with_overrides(quotas={"max_core_count": LIMIT})

    @initialize(first=DOCUMENTS, start=MOSTLY)
    def deploy(self, first, start):
        command = hosted_services.CreateHostedService(service_name="svc", label=b"l", location="West US")
        self.service = self.call(hosted_services.create, command)
        self.create(first, start)
        self.quiet()

    @property
    def deployment(self):
        return self.service.deployments.get("Production")

    def teardown(self):
        """What is loaded from a snapshot goes on as what was saved does."""
        document, twin = snapshots.save(self.world), self.a_world()
        snapshots.load(twin, document)
        assert snapshots.save(twin) == document
        loaded = twin.subscription("s")
        assert loaded.advance_until_quiet(10_000) == self.subscription.advance_until_quiet(10_000)
        assert snapshots.diff(snapshots.save(self.world), twin) == []

    # ---- what callers do

    def accepts(self, function, command):
        self.call(function, command, **HERE)
        return self.last.status != "Failed"

    def create(self, document, start):
        command = deployments.CreateDeployment(
            name="v1", package_url="http://a/b", label=b"l", configuration=document, start_deployment=start
        )
        self.call(deployments.create, command, service_name="svc", slot_name="production")

    @precondition(lambda self: self.deployment is None)
    @rule(document=DOCUMENTS, start=MOSTLY)
    def create_again(self, document, start):
        self.create(document, start)

    @rule(mode=MODES, document=DOCUMENTS, role=st.sampled_from([None, "Web", "worker"]), force=MOSTLY)
    def upgrade(self, mode, document, role, force):
        command = updates.UpgradeDeployment(
            mode=mode, package_url="http://a/c", configuration=document, label=b"m", role_to_upgrade=role, force=force
        )
        self.call(updates.upgrade, command, **HERE)

    @rule(mode=MODES, given=DOCUMENTS, same_roles=MOSTLY)
    def change_configuration(self, mode, given, same_roles):
        if same_roles and self.deployment is not None and len(given.content.roles) != len(self.deployment.roles):
            given = document(given.content.roles[0].instance_count, len(self.deployment.roles) - 1, "z")
        self.call(updates.change_configuration, updates.ChangeConfiguration(mode=mode, configuration=given), **HERE)

    @precondition(lambda self: self.deployment is not None and self.deployment.update is not None)
    @rule(domain=st.sampled_from([None, None, 0, 1, 4]))
    def walk(self, domain):
        """Walk that domain, or the next one."""
        update = self.deployment.update
        domain = update.domain if domain is None else domain
        next_one = (update.upgrade_type, update.state, update.domain) == ("Manual", "waiting", domain)
        possible = next_one and self.deployment.operation is None
        found = self.deployment
        going = [
            one
            for one in found.instances.values()
            if (one.instance_upgrade_domain, one.state) == (domain, "ready") and one.revision_id != found.revision_id
        ]
        command = updates.WalkUpgradeDomain(upgrade_domain=domain)
        assert self.accepts(updates.walk_upgrade_domain, command) == possible
        assert not possible or {one.state for one in going} <= {"updating"}

    @precondition(lambda self: self.deployment is not None and self.deployment.update is not None)
    @rule(mode=st.sampled_from(["auto", "manual"]))
    def rollback(self, mode):
        found = self.deployment
        possible = updates.rollback_allowed(found) and found.operation is None
        previous = found.update.previous
        command = updates.RollbackUpdateOrUpgrade(mode=mode, force=True)
        assert self.accepts(updates.rollback, command) == possible
        if possible and found.update.previous is None:  # and not refused for the cores that it would need
            assert current(found) == previous

    def name(self, pick):
        """The name of an instance, often one that is there."""
        names = list(self.deployment.instances) if self.deployment is not None else []
        return names[pick] if pick < len(names) else f"Web_IN_{pick}"

    @rule(how=st.sampled_from([role_instances.reboot, role_instances.reimage, role_instances.rebuild]), pick=PICKS)
    def restart(self, how, pick):
        self.call(how, role_instance_name=self.name(pick), **HERE)

    @rule(picks=st.lists(PICKS, max_size=2))
    def delete_instances(self, picks):
        names = [self.name(pick) for pick in picks]
        self.call(role_instances.delete, role_instances.RoleInstances(names), **HERE)

    @rule(status=st.sampled_from(["Running", "Running", "Suspended"]))
    def update_status(self, status):
        self.call(deployments.update_status, deployments.UpdateDeploymentStatus(status=status), **HERE)

    @rule(whole=st.integers(0, 9))
    def delete(self, whole):
        if whole == 0:
            self.call(deployments.delete, **HERE)

    # ---- what time does

    def step(self):
        """Let the next event happen, and hold what it did against the tables."""
        before, clock = self.snapshot(), self.subscription.clock
        clock.now = max(clock.now, clock.next_event().due)
        event = clock.pop_due()
        HANDLERS[event.machine](self.subscription, event)
        after = self.snapshot()
        if after is None:
            assert before["status"] == "Deleting"
        elif before is not None:
            assert follows(DEPLOYMENT, before["status"], after["status"]), (before, after)
            for name in before["instances"].keys() & after["instances"].keys():
                assert follows(INSTANCE, before["instances"][name], after["instances"][name]), (name, before, after)
            self.compare(event, before["update"], after["update"])

    def compare(self, event, before, after):
        if event.machine != "update":
            assert after == before, f"{event} moved an update"
            return
        (mode, state, domain), (_, later, next_domain) = before, after or (before[0], "over", 0)
        assert reachable(UPDATE_LIFECYCLES[mode], state, later), (before, after)
        if event.name == "walked" and later == "walking":
            assert (mode, next_domain > domain) == ("Auto", True)
        if event.name == "walked" and later == "waiting":
            assert (mode, next_domain) == ("Manual", domain + 1)

    def snapshot(self):
        found = self.deployment
        if found is None:
            return None
        update = found.update
        return {
            "status": found.status,
            "instances": {key: one.state for key, one in found.instances.items()},
            "update": update and (update.upgrade_type, update.state, update.domain),
        }

    @precondition(lambda self: self.subscription.clock.next_event() is not None)
    @rule(times=st.integers(1, 5))
    def pass_events(self, times):
        while times and self.subscription.clock.next_event() is not None:
            self.step()
            times -= 1

    @rule()
    def until_free(self):
        """Let events happen until no operation holds the deployment."""
        while self.deployment is not None and self.deployment.operation is not None:
            self.step()

    @rule()
    def quiet(self):
        while self.subscription.clock.next_event() is not None:
            self.step()
        assert all(operation.status != "InProgress" for operation in self.accepted)
        found = self.deployment
        if found is not None and found.update is None:
            assert found.status in ("Running", "Suspended")
            rest = {"ready"} if found.status == "Running" else {"stopped"}
            assert {one.state for one in found.instances.values()} == rest
            assert not updates.rollback_allowed(found)

    @precondition(lambda self: self.deployment is not None)
    @rule()
    def walk_to_the_end(self):
        """However it came about, a manual update ends when its domains are walked in order."""
        self.quiet()
        walked = []
        while (found := self.deployment) is not None and found.update is not None:
            walked.append(found.update.domain)
            command = updates.WalkUpgradeDomain(upgrade_domain=found.update.domain)
            assert self.accepts(updates.walk_upgrade_domain, command)
            self.quiet()
        assert all(later == earlier + 1 for earlier, later in pairwise(walked))

    # ---- what is always true

    @invariant()
    def cores_are_what_the_deployment_has(self):
        found = self.deployment
        assert self.subscription.cores_in_use == (cores.of(self.subscription, found) if found else 0) <= LIMIT

    @invariant()
    def what_is_held_is_held_by_an_operation_in_progress(self):
        found = self.deployment
        for held in (found and found.operation, found and found.update and found.update.operation):
            if held is not None:
                assert self.subscription.operations[held].status == "InProgress"

    @invariant()
    def an_update_goes_with_its_status_and_its_event(self):
        found = self.deployment
        if found is None:
            return
        assert (found.update is not None) == found.status.endswith("Transitioning")
        if found.update is not None:
            lifecycle = UPDATE_LIFECYCLES[found.update.upgrade_type]
            scheduled = found.update.pending in self.subscription.clock.schedule
            assert scheduled == (found.update.state in lifecycle.automatic)

    @invariant()
    def a_rollback_is_possible_while_an_instance_is_behind(self):
        found = self.deployment
        if found is None or found.update is None:
            return
        behind = [one for one in found.instances.values() if one.revision_id != found.revision_id]
        assert updates.rollback_allowed(found) == bool(behind and found.update.previous)
        if found.update.state == "settling":
            assert not behind
        if found.update.state in ("walking", "waiting") and found.update.upgrade_type != "Simultaneous":
            assert all(one.instance_upgrade_domain >= found.update.domain for one in behind)

    @invariant()
    def only_instances_of_the_domain_walked_are_taken_down_for_an_update(self):
        found = self.deployment
        down = [one for one in found.instances.values() if one.state == "updating"] if found else []
        if down and found.update is not None and found.update.state == "walking" and found.update.previous is not None:
            walked = {one.instance_upgrade_domain for one in down if one.revision_id != found.revision_id}
            assert found.update.upgrade_type == "Simultaneous" or walked <= {found.update.domain}

    @invariant()
    def instances_and_the_text_are_what_the_configuration_says(self):
        found = self.deployment
        if found is None or (found.update is not None and found.update.state not in ("waiting", "walking", "settling")):
            return
        counts = {role.name.lower(): role.instance_count for role in found.configuration.roles}
        for key, count in counts.items():
            assert sum(one.role_name.lower() == key for one in found.instances.values()) == count
        assert upgrade_domain_count(found) <= 5
        text = found.configuration_text
        shown = with_counts(text, found.configuration) if found.recounted else text
        assert read_configuration(shown) == found.configuration


TestUpdates = Updates.TestCase
TestUpdates.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
