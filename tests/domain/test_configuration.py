"""The values of a service configuration: the questions that a deployment asks of them."""

from emulator.domain.configuration import NetworkConfiguration, RoleConfiguration, ServiceConfiguration, role_key

WEB = RoleConfiguration(name="Web", instance_count=3)
WORKER = RoleConfiguration(name="Worker", instance_count=2)
SERVICE = ServiceConfiguration(service_name="shop", roles=(WEB, WORKER))


def test_the_schemas_defaults_are_the_oldest_family_and_its_newest_version():
    assert (SERVICE.os_family, SERVICE.os_version, SERVICE.schema_version, SERVICE.network) == ("1", "*", None, None)


def test_the_instances_of_all_roles_are_counted_together():
    assert SERVICE.instance_count == 5


def test_a_role_is_found_by_its_name_in_any_case():
    assert SERVICE.role("wORKER") is WORKER


def test_a_role_that_is_not_configured_is_none():
    assert SERVICE.role("Wor") is None


def test_two_spellings_of_one_role_have_the_same_key():
    assert role_key("WebRole1") == role_key("webrole1") != role_key("WebRole2")


def test_an_empty_network_part_is_not_the_same_as_none():
    empty = ServiceConfiguration(service_name="shop", roles=(WEB, WORKER), network=NetworkConfiguration())
    assert empty != SERVICE
