"""Web sites, their server farms, configurations and slots, by plain calls: what changes what, and what is refused."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from emulator.domain import (
    errors,
    errors_web,
    hybrid_connections,
    server_farms,
    site_backups,
    site_configuration,
    site_metrics,
    site_slots,
    web_lookup,
    web_sites,
    web_spaces,
)
from emulator.domain.server_farms import CreateServerFarm
from emulator.domain.site_backups import RestoreRequest
from emulator.domain.site_certificates import ChangedCertificate
from emulator.domain.web_records import (
    BackupRequest,
    ConnectionString,
    HybridConnection,
    NameValuePair,
    SiteConfig,
    SlotConfigNames,
)
from emulator.domain.web_sites import ChangedSslState, CreateSite, UpdateSite
from emulator.domain.web_spaces import WebSpaceToCreate
from emulator.domain.x509 import thumbprint_of

SPACE = "eastuswebspace"


@pytest.fixture
def web(subscription, operation):
    """Web sites through the domain's own functions."""

    def site(name="site", space=SPACE, region="East US", **command):
        wanted = WebSpaceToCreate(geo_region=region, name=space)
        created = CreateSite(name=name, web_space_to_create=wanted, **command)
        return web_sites.create(subscription, operation(), created, space).site

    def update(name="site", **changes):
        return web_sites.update(subscription, operation(), UpdateSite(**changes), SPACE, name).site

    def farm(name="farm", space=SPACE, **command):
        created = CreateServerFarm(name=name, **command)
        return server_farms.create(subscription, operation(), created, space).farm

    def change_farm(name="farm", **command):
        return server_farms.update(subscription, operation(), CreateServerFarm(**command), SPACE, name).farm

    def delete(name="site", **options):
        return web_sites.delete(subscription, operation(), SPACE, name, **options)

    def configure(name="site", **settings):
        site_configuration.update(subscription, operation(), SiteConfig(**settings), SPACE, name)

    def swap(name="site(staging)", target="Production"):
        return site_slots.swap(subscription, operation(), SPACE, name, target)

    return SimpleNamespace(
        site=site, update=update, farm=farm, change_farm=change_farm, delete=delete, configure=configure, swap=swap
    )


@pytest.fixture
def space(subscription):
    return lambda: subscription.web_spaces[SPACE]


# ---- web spaces


def test_where_there_is_no_web_space_the_farm_is_missed(subscription, refuses):
    assert refuses(errors_web.SERVER_FARM_NOT_FOUND, server_farms.get, subscription, SPACE, "Farm") == (
        "Server farm with name Farm not found."
    )


def test_a_web_space_comes_with_its_first_site_and_stays(subscription, web, space):
    web.site()
    web.delete(delete_empty_server_farm=True)
    assert space().geo_region == "East US"
    assert (space().sites, space().server_farms) == ({}, {})
    assert web_spaces.list_all(subscription) == [space()]


def test_a_web_space_needs_a_region_that_there_is(web, refuses):
    refuses(errors_web.WEB_REGION_NOT_FOUND, web.site, region="Atlantis")


def test_a_web_space_that_nobody_asks_for_is_not_made(subscription, operation, refuses):
    arguments = (subscription, operation(), CreateSite(name="site"), SPACE)
    refuses(errors_web.WEB_SPACE_NOT_FOUND, web_sites.create, *arguments)


def test_a_host_name_is_free_until_a_site_has_it(subscription, web):
    assert web_spaces.is_hostname_available(subscription, "site")
    web.site("Site")
    assert not web_spaces.is_hostname_available(subscription, "site")
    assert not web_spaces.is_hostname_available(subscription, "SITE.azurewebsites.net")
    web.delete("Site")
    assert web_spaces.is_hostname_available(subscription, "site")


# ---- sites


@pytest.mark.parametrize("name", ["", "a", "-site", "site-", "my site", "my.site", "s" * 61, "site()", "ab(x", "sité"])
def test_a_name_has_letters_digits_and_inner_hyphens(web, refuses, name):
    refuses(errors_web.WEB_SITE_INVALID, web.site, name)


def test_a_name_is_one_sites_in_all_web_spaces(web, refuses):
    web.site()
    refuses(errors_web.WEB_SITE_EXISTS, web.site, "SITE", "westuswebspace", "West US")


def test_a_site_that_names_no_farm_gets_one_of_its_mode(web):
    assert [web.site("free").server_farm, web.site("free2").server_farm] == ["Default0", "Default0"]
    assert [web.site("paid", site_mode="Basic").server_farm, web.site("free3").server_farm] == ["Default1", "Default0"]


def test_own_workers_need_a_farm(web, refuses, space):
    refuses(errors_web.WEB_SITE_INVALID, web.site, compute_mode="Dedicated")
    web.site("first")
    refuses(errors_web.SERVER_FARM_NOT_FOUND, web.site, compute_mode="Dedicated", server_farm="farm")
    farm = web.farm()
    assert web.site(compute_mode="Dedicated", server_farm="FARM").server_farm == farm.name
    assert (farm.compute_mode, farm.site_mode) == ("Dedicated", None)
    assert [site.name for site in server_farms.sites_of(space(), farm)] == ["site"]


def test_a_site_has_its_own_host_name_whatever_else_it_has(web, refuses):
    assert web.site().host_names == ["site.azurewebsites.net"]
    refuses(errors_web.WEB_SITE_INVALID, web.site, "other", host_names=["www.example.com"])
    refuses(errors_web.WEB_SITE_INVALID, web.update, host_names=["www.example.com"])


def test_a_free_site_has_no_host_name_of_its_owners(web, refuses):
    names = ["site.azurewebsites.net", "www.example.com"]
    refuses(errors_web.WEB_SITE_FREE_MODE, web.site, host_names=names)
    web.site(site_mode="Basic", host_names=names)
    refuses(errors_web.WEB_SITE_FREE_MODE, web.change_farm, "Default0", sku="Free")
    web.site("other")
    refuses(errors_web.WEB_SITE_FREE_MODE, web.update, server_farm="Default1")


def test_a_host_name_that_nothing_can_point_from_is_refused_first(web, refuses):
    names = ["site.azurewebsites.net", "www.example.invalid"]
    words = (
        "No CNAME pointing from www.example.invalid to site.azurewebsites.net. "
        "Please create a CNAME record and execute the operation again."
    )
    assert refuses(errors_web.WEB_SITE_NO_CNAME, web.site, host_names=names) == words
    web.site(site_mode="Basic")
    refuses(errors_web.WEB_SITE_NO_CNAME, web.update, host_names=names)


def test_a_host_name_is_one_sites(web, refuses):
    web.site(site_mode="Basic", host_names=["site.azurewebsites.net", "www.example.com"])
    taken = ["other.azurewebsites.net", "WWW.example.com"]
    refuses(errors_web.WEB_SITE_INVALID, web.site, "other", site_mode="Basic", host_names=taken)


@pytest.mark.parametrize("name", ["other.azurewebsites.net", "example", "-a.example.com", "a b.example.com"])
def test_what_can_be_no_host_name_is_refused(web, refuses, name):
    names = ["site.azurewebsites.net", name]
    refuses(errors_web.WEB_SITE_INVALID, web.site, site_mode="Basic", host_names=names)


def test_a_change_is_noted_in_the_etag(subscription, web):
    site = web.site()
    assert site.etag == "1D0B390DF7E4000"
    subscription.advance_to(subscription.now.replace(microsecond=160_999, second=6, minute=14))
    web.update(state="stopped")
    assert (site.state, site.etag) == ("Stopped", "1D0B392D7D80500")  # as recorded of 00:14:06.16


def test_a_state_is_one_of_two(web, refuses):
    web.site()
    refuses(errors_web.WEB_SITE_INVALID, web.update, state="QuotaExceeded")


def test_certificates_of_host_names_change_where_that_is_wanted(web, refuses):
    site = web.site()
    own = site.own_host_name
    web.update(host_name_ssl_states=[ChangedSslState(name=own, ssl_state="1", thumbprint="AB", to_update=True)])
    assert (site.ssl_states[own].ssl_state, site.ssl_states[own].thumbprint) == ("SniEnabled", "AB")
    web.update(host_name_ssl_states=[ChangedSslState(name=own, ssl_state="Disabled", to_update=False)])
    assert site.ssl_states[own].ssl_state == "SniEnabled"
    for change in (ChangedSslState(name="www.example.com"), ChangedSslState(name=own, ssl_state="3")):
        refuses(errors_web.WEB_SITE_INVALID, web.update, host_name_ssl_states=[change])


def test_a_site_that_runs_has_an_id_for_each_worker(subscription, web):
    web.site("first")
    web.farm(number_of_workers=3)
    web.site(server_farm="farm")
    ids = web_sites.instance_ids(subscription, SPACE, "site")
    assert len(set(ids)) == 3
    assert ids == web_sites.instance_ids(subscription, SPACE, "site")
    web.update(state="Stopped")
    assert web_sites.instance_ids(subscription, SPACE, "site") == []


def test_a_farm_stays_while_it_has_other_sites(web, space):
    web.site()
    web.site("other")
    web.delete("site", delete_empty_server_farm=True)
    assert list(space().server_farms) == ["default0"]
    web.delete("other")
    assert list(space().server_farms) == ["default0"]


def test_a_repository_is_there_once_it_is_made(subscription, operation, web, refuses):
    web.site()
    here = (subscription, operation(), SPACE, "site")
    refuses(errors_web.WEB_SITE_REPOSITORY_NOT_FOUND, web_sites.get_repository, subscription, SPACE, "site")
    refuses(errors_web.WEB_SITE_REPOSITORY_NOT_FOUND, web_sites.sync_repository, *here)
    refuses(errors_web.WEB_SITE_REPOSITORY_NOT_FOUND, web_sites.delete_repository, *here)
    web_sites.create_repository(*here)
    web_sites.sync_repository(*here)
    address = web_sites.get_repository(subscription, SPACE, "site")
    assert address == "https://site.scm.azurewebsites.net/site.git"
    assert web_sites.delete_repository(*here) == address
    refuses(errors_web.WEB_SITE_REPOSITORY_NOT_FOUND, web_sites.get_repository, subscription, SPACE, "site")


def test_a_new_password_takes_the_place_of_the_old_one(subscription, operation, web):
    site = web.site()
    before = site.publishing_password
    web_sites.generate_password(subscription, operation(), SPACE, "site")
    assert site.publishing_password != before
    assert len(site.publishing_password) == len(before) == 60


# ---- server farms


def test_a_farm_has_workers_as_its_mode_allows(web, refuses):
    web.site()
    for sku, most in (("Free", 1), ("Shared", 6), ("Standard", 10)):
        refuses(errors_web.SERVER_FARM_INVALID, web.farm, sku=sku, number_of_workers=most + 1)
        refuses(errors_web.SERVER_FARM_INVALID, web.farm, sku=sku, number_of_workers=0)
        assert web.farm(sku, sku=sku.lower(), number_of_workers=most).sku == sku


@pytest.mark.parametrize("wrong", [{"sku": "Gold"}, {"worker_size": "Huge"}, {"worker_size": "3"}, {"name": ""}])
def test_a_farm_is_of_a_kind_that_there_is(web, refuses, wrong):
    web.site()
    refuses(errors_web.SERVER_FARM_INVALID, web.farm, **wrong)


def test_a_farm_is_standard_and_small_unless_said_otherwise(web):
    web.site()
    farm = web.farm()
    assert (farm.sku, farm.worker_size, farm.number_of_workers) == ("Standard", "Small", 1)
    web.change_farm(worker_size="2", admin_site_name="site")
    web.change_farm(number_of_workers=2)
    assert (farm.worker_size, farm.number_of_workers, farm.admin_site_name) == ("Large", 2, "site")


def test_a_subscription_has_ten_free_farms(subscription, web, refuses):
    web.site()
    for number in range(1, 10):
        web.farm(f"free{number}", sku="Free")
    refuses(errors_web.TOO_MANY_FREE_SERVER_FARMS, web.farm, sku="Free")
    refuses(errors_web.TOO_MANY_FREE_SERVER_FARMS, web.site, "west", "westuswebspace", "West US")
    web.farm()
    refuses(errors_web.TOO_MANY_FREE_SERVER_FARMS, web.change_farm, sku="Free")
    assert web.change_farm("free1", sku="Free").sku == "Free"
    assert list(subscription.web_spaces) == [SPACE]


def test_a_farm_with_sites_is_not_deleted(subscription, operation, web, refuses):
    web.site()
    web.farm()
    refuses(errors_web.SERVER_FARM_EXISTS, web.farm, "FARM")
    refuses(errors_web.SERVER_FARM_IN_USE, server_farms.delete, subscription, operation(), SPACE, "Default0")
    server_farms.delete(subscription, operation(), SPACE, "Farm")
    refuses(errors_web.SERVER_FARM_NOT_FOUND, server_farms.get, subscription, SPACE, "farm")
    assert [one.farm.name for one in server_farms.list_all(subscription, SPACE)] == ["Default0"]


# ---- configurations


def test_a_configuration_keeps_what_a_change_does_not_name(web):
    site = web.site()
    before = site.config
    web.configure(php_version="5.3", managed_pipeline_mode="classic", handler_mappings=[])
    assert (site.config.php_version, site.config.managed_pipeline_mode) == ("5.3", "Classic")
    assert (site.config.app_settings, site.config.handler_mappings) == (before.app_settings, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"managed_pipeline_mode": "Both"},
        {"scm_type": "99"},
        {"connection_strings": [ConnectionString("db", "Server=here", "Oracle")]},
    ],
)
def test_a_setting_is_of_a_kind_that_there_is(web, refuses, wrong):
    web.site()
    refuses(errors_web.WEB_SITE_CONFIGURATION_INVALID, web.configure, **wrong)


# ---- certificates


def a_new(one, password="secret"):
    return ChangedCertificate(pfx_blob=one.pfx(b"secret"), password=password)


def test_a_certificate_comes_in_a_file_and_goes_by_its_thumbprint(web, a_certificate):
    one, other = a_certificate(), a_certificate()
    site = web.site()
    web.update(ssl_certificates=[a_new(one), a_new(other)])
    first, second = (thumbprint_of(made.der) for made in (one, other))
    assert list(site.certificates) == [first, second]
    assert (
        site.certificates[first].subject_name
        == site.certificates[first].issuer
        == site.certificates[first].host_names[0]
    )

    as_it_is = ChangedCertificate(thumbprint=second)
    web.update(ssl_certificates=[ChangedCertificate(thumbprint=first.lower(), to_delete=True), as_it_is])
    assert list(site.certificates) == [second]
    web.update(ssl_certificates=[])
    web.update(state="Stopped")
    assert list(site.certificates) == [second]


def test_a_certificate_that_cannot_be_read_is_refused_and_nothing_changes(web, a_certificate, refuses):
    web.site()
    wrong = [a_new(a_certificate(), "wrong")]
    words = refuses(errors_web.WEB_SITE_INVALID, web.update, state="Stopped", ssl_certificates=wrong)
    assert "base64 of a .pfx file" in words


# ---- slots


@pytest.fixture
def slots(subscription, operation, web):
    """A site with a slot; what is told of either is their settings, by name."""
    web.site()
    web.site("site(staging)")
    names = SlotConfigNames(app_setting_names=["Stays"])
    site_configuration.update_slot_config_names(subscription, operation(), names, SPACE, "site(staging)")
    for name in ("site", "site(staging)"):
        web.configure(name, app_settings=[NameValuePair("stays", name), NameValuePair("goes", name)])
    space = subscription.web_spaces[SPACE]
    return lambda name: {one.name: one.value for one in space.sites[name].config.app_settings}


def test_a_slot_is_a_site_of_its_own_beside_its_site(web, refuses):
    refuses(errors_web.WEB_SITE_NOT_FOUND, web.site, "site(staging)")
    site = web.site(site_mode="Basic")
    slot = web.site("site(staging)")
    assert slot.host_names == ["site-staging.azurewebsites.net"]
    assert (slot.server_farm, slot.publishing_name) == (site.server_farm, "site__staging")
    refuses(errors_web.WEB_SITE_EXISTS, web.site, "site-staging")
    refuses(errors_web.WEB_SITE_HAS_SLOTS, web.delete)
    web.delete(delete_all_slots=True)
    assert web.site("site-staging").name == "site-staging"


def test_the_site_itself_is_called_by_its_slot_production_too(subscription, web, slots):
    web.swap("Site(Production)", "staging")
    subscription.advance_until_quiet(10)
    assert slots("site") == {"goes": "site(staging)", "stays": "site"}
    assert web_lookup.site(subscription, SPACE, "site(production)").site.name == "site"


def test_a_swap_takes_its_time_and_holds_both_sites(subscription, operation, web, refuses, slots):
    begun = web.swap()
    assert (begun.name, begun.status) == ("SwapSiteSlots", "InProgress")
    assert (begun.expiration_time - begun.created_time).total_seconds() == 15 * 60
    for name in ("site", "site(staging)"):
        refuses(errors_web.WEB_SITE_BUSY, web.update, name, state="Stopped")
        refuses(errors_web.WEB_SITE_BUSY, web.delete, name, delete_all_slots=True)
        refuses(errors_web.WEB_SITE_BUSY, web.configure, name, php_version="5.3")
    refuses(errors_web.WEB_SITE_BUSY, web.swap)
    assert slots("site")["goes"] == "site"

    subscription.advance_until_quiet(10)
    done = site_slots.operation(subscription, SPACE, "site", begun.id)
    assert (done.status, (done.modified_time - done.created_time).total_seconds()) == ("Succeeded", 11)
    assert slots("site") == {"goes": "site(staging)", "stays": "site"}
    assert slots("site(staging)") == {"goes": "site", "stays": "site(staging)"}
    web.update("site(staging)", state="Stopped")
    missing = (subscription, SPACE, "site", operation().id)
    refuses(errors_web.WEB_SITE_OPERATION_NOT_FOUND, site_slots.operation, *missing)


def test_slots_that_are_swapped_are_not_deleted_with_their_site(web, refuses, slots):
    web.site("site(third)")
    web.swap("site(third)", "staging")
    refuses(errors_web.WEB_SITE_BUSY, web.delete, delete_all_slots=True)
    assert slots("site")


def test_a_slot_is_swapped_with_another_that_there_is(web, refuses, slots):
    refuses(errors_web.WEB_SITE_SLOT_NOT_FOUND, web.swap, target="third")
    refuses(errors_web.WEB_SITE_INVALID, web.swap, target="Staging")
    assert slots("site")["goes"] == "site"


def test_settings_of_another_slot_are_applied_and_taken_back(subscription, operation, web, slots):
    here = (subscription, operation(), SPACE, "site(staging)")
    site_slots.apply_configuration(*here, "Production")
    assert slots("site(staging)") == {"goes": "site(staging)", "stays": "site"}
    site_slots.reset_configuration(*here)
    site_slots.reset_configuration(*here)
    assert slots("site(staging)") == {"goes": "site(staging)", "stays": "site(staging)"}
    web.swap()


# ---- metrics


def test_metrics_are_of_this_hour_unless_said_otherwise(subscription, web, refuses):
    web.site()
    subscription.advance_to(subscription.now.replace(minute=14, second=14))
    told = site_metrics.of_site(subscription, SPACE, "site")
    assert len(told) == 23
    assert {(one.start_time.minute, one.end_time, one.time_grain) for one in told} == {(0, subscription.now, "PT1H")}
    farm = (subscription, SPACE, "Default0")
    assert [one.metric.name for one in site_metrics.of_server_farm(*farm, names=["CpuTime", "none"])] == ["CpuTime"]
    site = (subscription, SPACE, "site")
    refuses(errors.WRONG_QUERY, site_metrics.of_site, *site, time_grain="PT5M")
    later = subscription.now.replace(hour=5)
    refuses(errors.WRONG_QUERY, site_metrics.of_site, *site, start_time=later, end_time=subscription.now)


def test_usages_are_told_by_mode_until_midnight(subscription, web):
    web.site()
    cpu, *_ = site_metrics.usages(subscription, SPACE, "site")
    assert (cpu.name, cpu.limit, cpu.current_value, cpu.site_mode) == ("CpuTime", 3_600_000, 0, "Limited")
    assert (cpu.next_reset_time - subscription.now).days == 1
    web.change_farm("Default0", sku="Standard")
    assert [one.name for one in site_metrics.usages(subscription, SPACE, "site")] == ["FileSystemStorage"]


# ---- backups and hybrid connections


def test_a_backup_brings_back_a_configuration(subscription, operation, web, refuses):
    site = web.site()
    here = (SPACE, "site")
    refuses(errors_web.WEB_SITE_BACKUP_INVALID, site_backups.back_up, subscription, operation(), BackupRequest(), *here)
    request = BackupRequest(name="daily", storage_account_url="https://account.blob.core.windows.net/backups")
    item = site_backups.back_up(subscription, operation(), request, *here)
    web.configure(php_version="5.3")

    def restore(**command):
        return site_backups.restore(subscription, operation(), RestoreRequest(**command), *here)

    refuses(errors_web.WEB_SITE_BACKUP_INVALID, restore, blob_name=item.blob_name)
    refuses(errors_web.WEB_SITE_BACKUP_NOT_FOUND, restore, blob_name="none.zip", overwrite=True)
    restore(blob_name=item.blob_name, overwrite=True)
    assert site.config.php_version == "5.4"
    assert site_backups.configuration(subscription, *here).enabled is False
    site_backups.update_configuration(subscription, operation(), request, *here)
    assert site_backups.configuration(subscription, *here) == request


def test_a_hybrid_connection_is_known_by_its_entity(subscription, operation, web, refuses):
    web.site()
    here, first = (SPACE, "site"), HybridConnection(entity_name="One", port=1)
    refuses(errors_web.HYBRID_CONNECTION_NOT_FOUND, hybrid_connections.get, subscription, *here, "one")
    hybrid_connections.create(subscription, operation(), first, *here)
    refuses(errors_web.HYBRID_CONNECTION_EXISTS, hybrid_connections.create, subscription, operation(), first, *here)
    second = HybridConnection(entity_name="one", port=2)
    hybrid_connections.update(subscription, operation(), second, *here)
    assert hybrid_connections.list_all(subscription, *here) == [second]
    hybrid_connections.delete(subscription, operation(), *here, "ONE")
    assert hybrid_connections.list_all(subscription, *here) == []


def test_a_certificate_has_no_publishing_user(subscription, operation, refuses):
    assert web_spaces.list_publishing_users(subscription) == []
    user = web_spaces.PublishingUser(name="me")
    refuses(errors_web.PUBLISHING_USER_REFUSED, web_spaces.create_publishing_user, subscription, operation(), user)
