"""A rule-based machine over web sites, their slots and server farms, held against what must always be true.

Whatever is called in whatever order: a refused call changes nothing, every site runs in a farm that is there, a host
name is one site's, what a swap holds it lets go, and free farms stay within their limit.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from emulator.catalog import load_catalog
from emulator.domain import server_farms, site_configuration, site_slots, web_sites
from emulator.domain.server_farms import CreateServerFarm
from emulator.domain.web_records import NameValuePair, SiteConfig, SlotConfigNames
from emulator.domain.web_sites import CreateSite, UpdateSite
from emulator.domain.web_spaces import WebSpaceToCreate
from tests.machines.calls import Calls

LIMIT = 2
SPACES = st.sampled_from(["eastuswebspace"] * 8 + ["EastUSwebspace", "westuswebspace"])
REGIONS = {"eastuswebspace": "East US", "westuswebspace": "West US"}
SITES = st.sampled_from(["one"] * 3 + ["one(s)"] * 3 + ["One", "one(t)", "one-s", "two", "two(s)", "no good"])
SLOTS = st.sampled_from(["Production", "s", "t", "S"])
FARMS = st.sampled_from([None, None, None, "farm", "FARM", "Default0", "default1", "other", None])
SKUS = st.sampled_from(["Free", "Shared", "Standard", "Shared", "Gold"])
CUSTOM = st.sampled_from([[], [], ["www.example.com"], ["a.example.com", "www.example.com"]])
YES_OR_NO = st.booleans()
STATES = st.sampled_from(["Running", "Stopped", "Idle", None])


class WebSites(Calls):
    catalog = load_catalog().with_overrides(limits={"free_server_farms": LIMIT})

    @initialize(mode=st.sampled_from([None, "Basic"]))
    def begin(self, mode):
        self.create("eastuswebspace", "one", None, mode, [])
        self.create("eastuswebspace", "one(s)", None, None, [])
        self.create_farm("eastuswebspace", "farm", "Shared", 1)

    def sites(self):
        return [site for space in self.subscription.web_spaces.values() for site in space.sites.values()]

    def names(self, name, custom):
        label = name.rstrip(")").replace("(", "-").lower()
        return [f"{label}.azurewebsites.net", *custom] if custom else None

    @rule(space=SPACES, name=SITES, farm=FARMS, mode=st.sampled_from([None, "Basic"]), custom=CUSTOM)
    def create(self, space, name, farm, mode, custom):
        wanted = WebSpaceToCreate(geo_region=REGIONS[space.lower()], name=space)
        command = CreateSite(
            name=name,
            host_names=self.names(name, custom),
            server_farm=farm,
            site_mode=mode,
            web_space_to_create=wanted,
        )
        made = self.call(web_sites.create, command, space)
        assert made is None or made.site in self.sites()

    @rule(
        space=SPACES, name=SITES, farm=FARMS, state=st.sampled_from(["Running", "Stopped", "Idle", None]), custom=CUSTOM
    )
    def update(self, space, name, farm, state, custom):
        command = UpdateSite(host_names=self.names(name, custom), server_farm=farm, state=state)
        changed = self.call(web_sites.update, command, space, name)
        assert changed is None or state in (None, changed.site.state)

    @rule(space=SPACES, name=SITES, farm=YES_OR_NO, slots=YES_OR_NO)
    def delete(self, space, name, farm, slots):
        gone = self.call(web_sites.delete, space, name, delete_empty_server_farm=farm, delete_all_slots=slots)
        assert gone is None or gone not in self.sites()

    @rule(space=SPACES, name=FARMS, sku=SKUS, workers=st.sampled_from([1, 1, 1, 3, 7]))
    def create_farm(self, space, name, sku, workers):
        self.call(server_farms.create, CreateServerFarm(name=name, sku=sku, number_of_workers=workers), space)

    @rule(space=SPACES, name=FARMS, sku=SKUS)
    def update_farm(self, space, name, sku):
        self.call(server_farms.update, CreateServerFarm(sku=sku), space, name or "farm")

    @rule(space=SPACES, name=FARMS)
    def delete_farm(self, space, name):
        self.call(server_farms.delete, space, name or "farm")

    @rule(space=SPACES, name=SITES, value=st.sampled_from("xy"))
    def configure(self, space, name, value):
        settings = [NameValuePair("stays", value), NameValuePair("goes", value)]
        self.call(site_configuration.update, SiteConfig(app_settings=settings), space, name)

    @rule(space=SPACES, name=SITES, names=st.sampled_from([[], ["stays"]]))
    def keep(self, space, name, names):
        self.call(site_configuration.update_slot_config_names, SlotConfigNames(names), space, name)

    @rule(space=SPACES, name=SITES, slot=SLOTS)
    def swap(self, space, name, slot):
        begun = self.call(site_slots.swap, space, name, slot)
        assert begun is None or begun.status == "InProgress"

    @precondition(lambda self: self.subscription.clock.schedule)
    @rule()
    def wait(self):
        self.subscription.advance_until_quiet(100)
        assert [site.operation for site in self.sites() if site.operation] == []

    @invariant()
    def every_site_runs_in_a_farm_that_is_there(self):
        for space in self.subscription.web_spaces.values():
            for key, site in space.sites.items():
                assert key == site.name.lower()
                assert site.server_farm.lower() in space.server_farms
                assert site.base_name.lower() in space.sites

    @invariant()
    def a_host_name_is_one_sites(self):
        counted = Counter(name for site in self.sites() for name in site.host_names)
        assert not counted or max(counted.values()) == 1
        assert all(site.own_host_name in site.host_names for site in self.sites())

    @invariant()
    def free_farms_stay_within_their_limit_and_without_names_of_others(self):
        farms = [farm for space in self.subscription.web_spaces.values() for farm in space.server_farms.values()]
        assert sum(farm.sku == "Free" for farm in farms) <= LIMIT
        for space in self.subscription.web_spaces.values():
            for site in space.sites.values():
                farm = space.server_farms[site.server_farm.lower()]
                assert farm.sku != "Free" or site.host_names == [site.own_host_name]

    @invariant()
    def what_is_held_is_held_by_an_operation_in_progress(self):
        held = Counter(site.operation for site in self.sites() if site.operation)
        begun = {one.id for site in self.sites() for one in site.operations.values() if one.status == "InProgress"}
        assert set(held) == begun
        assert all(count == 2 for count in held.values())


TestWebSites = WebSites.TestCase
TestWebSites.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
