"""Migration on the wire: where to, what prevents it, and how far it is, held against what was recorded."""

from __future__ import annotations

import pytest

from emulator.domain.lifecycle import MIGRATION
from emulator.domain.migration import DeploymentNetworkResource, ValidationMessage
from emulator.domain.network_records import VirtualNetwork, VirtualNetworkSite
from emulator.domain.virtual_networks import VirtualNetworkDetails
from emulator.wire.migration import DEPLOYMENT_NETWORK_RESOURCE, VALIDATION_MESSAGES
from emulator.wire.terms import AZURE, XSI
from emulator.wire.virtual_networks import VIRTUAL_NETWORK_SITES
from emulator.wire.writing import Context

NOW = "2016-07-01"


def document(name, inside):
    return f'<{name} xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</{name}>'.encode()


def test_where_nothing_prevents_it_there_are_no_messages():
    assert VALIDATION_MESSAGES.write([], Context(NOW)) == (
        f'<ValidationMessages xmlns="{AZURE}" xmlns:i="{XSI}"/>'.encode()
    )


def test_a_message_names_what_it_is_about():
    message = ValidationMessage(resource_type="Storage", resource_name="123", message="Why.")
    assert VALIDATION_MESSAGES.write([message], Context(NOW)) == document(
        "ValidationMessages",
        "<ValidationMessage><ResourceType>Storage</ResourceType><ResourceName>123</ResourceName>"
        "<Category>Error</Category><Message>Why.</Message></ValidationMessage>",
    )


def test_a_destination_is_read_with_whatever_it_lacks():
    read = DEPLOYMENT_NETWORK_RESOURCE.read
    assert read(document("DeploymentNetworkResource", "")) == DeploymentNetworkResource()
    whole = (
        "<ResourceGroupName>g</ResourceGroupName><VirtualNetworkName>n</VirtualNetworkName>"
        "<SubNetName>s</SubNetName><DestinationVirtualNetwork>Existing</DestinationVirtualNetwork>"
    )
    assert read(document("DeploymentNetworkResource", whole)) == DeploymentNetworkResource(
        resource_group_name="g", virtual_network_name="n", sub_net_name="s", destination_virtual_network="Existing"
    )


def shown(state, version=NOW):
    site = VirtualNetworkSite(name="Net", location="West US", address_prefixes=())
    network = VirtualNetwork("id", site, "Created", migration_state=state)
    details = VirtualNetworkDetails(network, in_use=False, dns_servers=[], local_network_sites={})
    return VIRTUAL_NETWORK_SITES.write([details], Context(version)).decode()


def test_a_virtual_network_ends_with_the_number_of_its_state():
    end = "<Location>West US</Location>{}</VirtualNetworkSite></VirtualNetworkSites>"
    assert shown("Prepared").endswith(end.format("<MigrationState>2</MigrationState>"))
    assert shown(None).endswith(end.format(""))
    assert shown("Prepared", "2015-09-01").endswith(end.format(""))


@pytest.mark.parametrize("state", [one for one in MIGRATION.states if one not in ("None", "Committed")])
def test_every_state_in_which_a_network_can_be_seen_has_a_number(state):
    assert "<MigrationState>" in shown(state)
