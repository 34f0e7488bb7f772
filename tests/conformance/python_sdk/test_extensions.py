"""Extensions with the Python SDK, which knows those of machines; the others go by its generic calls."""

from __future__ import annotations

import base64
import re

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError

AZURE = 'xmlns="http://schemas.microsoft.com/windowsazure"'
PUBLIC = "<PublicConfig><UserName>user</UserName></PublicConfig>"


def test_the_extensions_of_virtual_machines_and_their_versions_are_listed(sms):
    listed = {(one.publisher, one.name): one for one in sms.list_resource_extensions()}
    versions = list(sms.list_resource_extension_versions("Chef.Bootstrap.WindowsAzure", "ChefClient"))
    assert [one.version for one in versions][:3] == ["11.10.4", "11.12.0.0", "11.18.6.1"]
    newest = listed["Chef.Bootstrap.WindowsAzure", "ChefClient"]
    assert (newest.version, newest.label) == (versions[-1].version, "Chef Extension for windows")
    assert newest.is_json_extension
    assert newest.replication_completed
    log_manager = listed["AlertLogic.", "AlertLogicLM"]
    assert b"RegistrationKey" in base64.b64decode(log_manager.sample_config)
    assert list(sms.list_resource_extension_versions("nobody", "nothing")) == []


@pytest.fixture
def path(sms, subscription_id):
    """The path of the extensions of a hosted service that is there."""
    sms.create_hosted_service("myhostedservice", "label", "description", "West US")
    return f"/{subscription_id}/services/hostedservices/myhostedservice/extensions"


@pytest.fixture
def add(sms, path):
    """Return a function that adds an extension to the service."""

    def add(extension_id):
        public, private = (base64.b64encode(t.encode()).decode() for t in (PUBLIC, "<Password>s3cret</Password>"))
        body = (
            f"<Extension {AZURE}><ProviderNameSpace>Microsoft.Windows.Azure.Extensions</ProviderNameSpace>"
            f"<Type>RDP</Type><Id>{extension_id}</Id><Thumbprint></Thumbprint><ThumbprintAlgorithm/>"
            f"<PublicConfiguration>{public}</PublicConfiguration>"
            f"<PrivateConfiguration>{private}</PrivateConfiguration><Version>1.*</Version></Extension>"
        )
        result = sms.perform_post(path, body)
        assert sms.get_operation_status(dict(result.headers)["x-ms-request-id"]).status == "Succeeded"

    return add


def shown(response):
    return re.sub(r' xmlns(:i)?="[^"]*"', "", response.body.decode())


def test_an_extension_is_added_shown_with_its_own_certificate_and_deleted(sms, path, add):
    add("rdp")
    [certificate] = sms.list_service_certificates("myhostedservice")
    extension = (
        "<Extension><ProviderNameSpace>Microsoft.Windows.Azure.Extensions</ProviderNameSpace><Type>RDP</Type>"
        f"<Id>rdp</Id><Version>1.*</Version><Thumbprint>{certificate.thumbprint}</Thumbprint>"
        "<ThumbprintAlgorithm>sha1</ThumbprintAlgorithm>"
        f"<PublicConfiguration>{base64.b64encode(PUBLIC.encode()).decode()}</PublicConfiguration></Extension>"
    )
    assert shown(sms.perform_get(path)) == f"<Extensions>{extension}</Extensions>"
    assert shown(sms.perform_get(f"{path}/RDP")) == extension
    sms.perform_delete(f"{path}/rdp")
    assert shown(sms.perform_get(path)) == "<Extensions/>"


def test_a_deployment_shows_its_extensions_as_recorded_and_keeps_them_from_deletion(
    sms, subscription_id, path, add, encoded
):
    for one in ("rdp", "ad"):
        add(one)
    slot = f"/{subscription_id}/services/hostedservices/myhostedservice/deploymentslots/production"
    role = "<RoleName>WorkerRole1</RoleName>"
    sms.perform_post(
        slot,
        f"<CreateDeployment {AZURE}><Name>v1</Name><PackageUrl>https://a.blob.core.windows.net/p/a.cspkg</PackageUrl>"
        f"<Label>bGFiZWw=</Label><Configuration>{encoded('one-worker')}</Configuration><ExtensionConfiguration>"
        f"<AllRoles><Extension><Id>rdp</Id></Extension></AllRoles><NamedRoles><Role>{role}<Extensions>"
        "<Extension><Id>ad</Id><State>Disable</State></Extension></Extensions></Role></NamedRoles>"
        "</ExtensionConfiguration></CreateDeployment>",
    )
    assert (
        "<ExtensionConfiguration><AllRoles><Extension><Id>rdp</Id><State>enable</State></Extension></AllRoles>"
        f"<NamedRoles><Role>{role}<Extensions><Extension><Id>ad</Id><State>Disable</State></Extension></Extensions>"
        "</Role></NamedRoles></ExtensionConfiguration><VirtualIPs>"
    ) in shown(sms.perform_get(slot))

    with pytest.raises(AzureConflictHttpError, match="The extension ID rdp is already in use for this deployment"):
        sms.perform_delete(f"{path}/rdp")
    removed = "<AllRoles><Extension><Id>rdp</Id><State>Uninstall</State></Extension></AllRoles><NamedRoles/>"
    sms.perform_post(
        f"{slot}/?comp=config",
        f"<ChangeConfiguration {AZURE}><Configuration>{encoded('one-worker')}</Configuration>"
        f"<ExtensionConfiguration>{removed}</ExtensionConfiguration></ChangeConfiguration>",
    )
    assert (
        f"<ExtensionConfiguration><NamedRoles><Role>{role}<Extensions><Extension><Id>rdp</Id>"
        "<State>Uninstall</State></Extension></Extensions></Role></NamedRoles></ExtensionConfiguration>"
    ) in shown(sms.perform_get(slot))
    sms.perform_delete(f"{path}/rdp")


def test_what_only_publishers_may_do_is_forbidden(sms, subscription_id):
    services = f"/{subscription_id}/services"
    calls = (
        lambda: sms.perform_get(f"{services}/publisherextensions"),
        lambda: sms.perform_post(f"{services}/extensions", f"<ExtensionImage {AZURE}/>"),
        lambda: sms.perform_put(f"{services}/extensions?action=update", f"<ExtensionImage {AZURE}/>"),
        lambda: sms.perform_delete(f"{services}/extensions/provider/type/1.0"),
    )
    for call in calls:
        with pytest.raises(AzureHttpError, match="not allowed for this subscription") as raised:
            call()
        assert raised.value.status_code == 403
