"""Web sites through the Python SDK's WebsiteManagementService: each of its methods, and what refuses them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import ServiceManagementService, WebsiteManagementService

SPACE, SITE = "eastuswebspace", "mysite"
HOST = "mysite.azurewebsites.net"
NAMESPACE = "{http://schemas.microsoft.com/windowsazure}"
EXCEPTIONS = {404: AzureMissingResourceHttpError, 409: AzureConflictHttpError}


@pytest.fixture
def wms(asm_redirect, subscription_id, certificate_path):
    service = WebsiteManagementService(subscription_id, certificate_path)
    assert service.host == asm_redirect
    return service


@pytest.fixture
def site(wms):
    """A web site that is there, as its creation answered it."""
    return wms.create_site(SPACE, SITE, "East US", [HOST])


@contextmanager
def refused_by_web_sites(status, code, extended_code, template, *parameters):
    """Web sites have to refuse, in their own form: the message also as a template with what fills it."""
    with pytest.raises(AzureHttpError) as raised:
        yield
    error = raised.value
    assert (type(error), error.status_code) == (EXCEPTIONS.get(status, AzureHttpError), status)
    document = ET.fromstring(str(error).partition("\n")[2])
    assert document.tag == f"{NAMESPACE}Error"
    told = {child.tag.removeprefix(NAMESPACE): child for child in document}
    assert list(told) == ["Code", "Message", "ExtendedCode", "MessageTemplate", "Parameters", "InnerErrors"]
    assert [told["Code"].text, told["ExtendedCode"].text] == [code, extended_code]
    assert [told["MessageTemplate"].text, told["Message"].text] == [template, template.format(*parameters)]
    assert [child.text for child in told["Parameters"]] == list(parameters)


def fields(model, *names):
    return [getattr(model, name) for name in names]


def test_a_site_is_created_with_its_web_space(wms, site, subscription_id):
    assert fields(site, "name", "web_space", "state") == [SITE, SPACE, "Running"]
    assert fields(site, "admin_enabled", "enabled") == [True, True]
    assert fields(site, "availability_state", "usage_state") == ["Normal", "Normal"]
    assert fields(site, "compute_mode", "site_mode", "server_farm") == ["Shared", "Limited", "Default0"]
    assert list(site.host_names) == [HOST]
    assert list(site.enabled_host_names) == [HOST, "mysite.scm.azurewebsites.net"]
    assert [(one.name, one.ssl_state) for one in site.host_name_ssl_states] == [
        (HOST, "Disabled"),
        ("mysite.scm.azurewebsites.net", "Disabled"),
    ]
    assert fields(site, "repository_site_name", "storage_recovery_default_state") == [SITE, "Running"]
    assert site.self_link == (
        "https://waws-prod-blu-003.api.azurewebsites.windows.net:454/20130801/websystems/websites/web/subscriptions/"
        f"{subscription_id}/webspaces/{SPACE}/sites/{SITE}"
    )
    assert site.last_modified_time_utc == ""  # the SDK looks for it under a name that the service never wrote

    read = wms.get_site(SPACE, SITE)
    assert fields(read, "name", "state", "self_link") == fields(site, "name", "state", "self_link")


def test_web_spaces_are_listed_and_read(wms, subscription_id):
    assert list(wms.list_webspaces()) == []
    wms.create_site(SPACE, SITE, "East US", [HOST])
    wms.create_site("westuswebspace", "other", "West US", ["other.azurewebsites.net"])

    spaces = wms.list_webspaces()
    names = ("name", "geo_region", "geo_location", "plan", "availability_state", "status", "subscription")
    east = [SPACE, "East US", "BLU", "VirtualDedicatedPlan", "Normal", "Ready", subscription_id]
    west = ["westuswebspace", "West US", "bay", "VirtualDedicatedPlan", "Normal", "Ready", subscription_id]
    assert [fields(space, *names) for space in spaces] == [east, west]
    assert fields(wms.get_webspace(SPACE), *names) == east


def test_sites_are_listed_by_web_space(wms, site):
    wms.create_site("westuswebspace", "other", "West US", ["other.azurewebsites.net"])
    wms.create_site(SPACE, "second", "East US", ["second.azurewebsites.net"])

    assert [(one.name, one.self_link.rpartition("/")[2]) for one in wms.list_sites(SPACE)] == [
        (SITE, SITE),
        ("second", "second"),
    ]
    assert [one.name for one in wms.list_sites("westuswebspace")] == ["other"]
    assert site.name == SITE


def test_a_site_for_its_own_workers_runs_in_its_server_farm(wms, site):
    with refused_by_web_sites(404, "NotFound", "11001", "Server farm with name {0} not found.", "nowhere"):
        wms.create_site(
            SPACE, "big", "East US", ["big.azurewebsites.net"], compute_mode="Dedicated", server_farm="nowhere"
        )

    shared = wms.create_site(SPACE, "paid", "East US", ["paid.azurewebsites.net"], site_mode="Basic")

    assert fields(shared, "compute_mode", "site_mode", "server_farm") == ["Shared", "Basic", "Default1"]
    again = wms.create_site(SPACE, "same", "East US", ["same.azurewebsites.net"], server_farm="Default1")
    assert fields(again, "compute_mode", "site_mode", "server_farm") == ["Shared", "Basic", "Default1"]
    assert site.server_farm == "Default0"


def test_a_site_is_stopped_and_started(wms, site, subscription_id, certificate_path):
    sms = ServiceManagementService(subscription_id, certificate_path)
    stopped = wms.update_site(SPACE, SITE, "Stopped")
    assert fields(sms.get_operation_status(stopped.request_id), "status", "http_status_code") == ["Succeeded", "200"]
    assert wms.get_site(SPACE, SITE).state == "Stopped"

    started = wms.update_site(SPACE, SITE, "Running")
    assert sms.get_operation_status(started.request_id).status == "Succeeded"
    assert wms.get_site(SPACE, SITE).state == "Running"
    assert site.state == "Running"


def test_a_site_is_restarted(wms, site, subscription_id, certificate_path):
    restarted = wms.restart_site(SPACE, SITE)

    sms = ServiceManagementService(subscription_id, certificate_path)
    assert sms.get_operation_status(restarted.request_id).status == "Succeeded"
    assert wms.get_site(SPACE, SITE).state == site.state == "Running"


def test_a_site_is_deleted(wms, site):
    assert wms.delete_site(SPACE, site.name) is None

    with refused_by_web_sites(404, "NotFound", "04009", "The web site {0} cannot be found.", SITE):
        wms.get_site(SPACE, SITE)
    assert [space.name for space in wms.list_webspaces()] == [SPACE]
    assert list(wms.list_sites(SPACE)) == []


def test_a_farm_goes_with_its_last_site_where_that_is_asked_for(wms, site):
    wms.create_site(SPACE, "paid", "East US", ["paid.azurewebsites.net"], site_mode="Basic")
    wms.delete_site(SPACE, site.name, delete_empty_server_farm=True, delete_metrics=True)

    again = wms.create_site(SPACE, "last", "East US", ["last.azurewebsites.net"], site_mode="Basic")
    assert again.server_farm == "Default1"
    with refused_by_web_sites(404, "NotFound", "11001", "Server farm with name {0} not found.", "Default0"):
        wms.create_site(SPACE, "none", "East US", ["none.azurewebsites.net"], server_farm="Default0")


def test_the_metrics_of_a_site_are_defined(wms, site):
    definitions = wms.get_metric_definitions(SPACE, site.name)

    assert len(definitions) == 15
    first = definitions[0]
    assert fields(first, "name", "display_name", "unit") == ["CpuTime", "CPU Time", "Milliseconds"]
    assert first.primary_aggregation_type == "Total"
    assert [(one.retention, one.time_grain) for one in first.metric_availabilities] == [
        ("P2D", "PT1M"),
        ("P30D", "PT1H"),
        ("P90D", "P1D"),
    ]
    assert [one.name for one in definitions if one.primary_aggregation_type == "Average"] == [
        "AverageMemoryWorkingSet",
        "AverageResponseTime",
    ]


def test_the_metrics_of_a_site_are_told(wms, site):
    told = wms.get_historical_usage_metrics(SPACE, site.name)

    assert len(told) == 23
    assert {(one.code, one.message) for one in told} == {("Success", "")}
    data = told[0].data
    assert fields(data, "name", "display_name") == ["IncomingRequestBytes", "Incoming request bytes"]
    assert fields(data, "primary_aggregation_type", "time_grain", "unit") == ["Total", "PT1H", "Bytes"]
    assert list(data.values) == []
    assert data.start_time[13:] == ":00:00Z"

    chosen = wms.get_historical_usage_metrics(
        SPACE, site.name, ["CpuTime", "Requests"], "2015-07-01T00:00:00Z", "2015-07-02T00:00:00Z", "P1D"
    )
    assert [(one.data.name, one.data.start_time, one.data.end_time, one.data.time_grain) for one in chosen] == [
        ("Requests", "2015-07-01T00:00:00Z", "2015-07-02T00:00:00.0000000Z", "P1D"),
        ("CpuTime", "2015-07-01T00:00:00Z", "2015-07-02T00:00:00.0000000Z", "P1D"),
    ]


def test_the_publish_profile_of_a_site_is_read(wms, site):
    deploy, ftp = wms.get_publish_profile(SPACE, site.name).publish_profiles

    assert fields(deploy, "profile_name", "publish_method", "publish_url", "msdeploysite") == [
        "mysite - Web Deploy",
        "MSDeploy",
        "mysite.scm.azurewebsites.net:443",
        SITE,
    ]
    assert fields(ftp, "profile_name", "publish_method", "publish_url") == [
        "mysite - FTP",
        "FTP",
        "ftp://waws-prod-blu-003.ftp.azurewebsites.windows.net/site/wwwroot",
    ]
    assert [deploy.user_name, ftp.user_name] == ["$mysite", "mysite\\$mysite"]
    assert deploy.user_pwd == ftp.user_pwd
    assert len(deploy.user_pwd) == 60
    for profile in (deploy, ftp):
        assert profile.destination_app_url == f"http://{HOST}"
        assert fields(profile, "sql_server_db_connection_string", "my_sqldb_connection_string") == ["", ""]
        assert fields(profile, "hosting_provider_forum_link", "control_panel_link") == ["", ""]

    text = wms.get_publish_profile_xml(SPACE, site.name)
    assert text.startswith('<publishData><publishProfile profileName="mysite - Web Deploy" publishMethod="MSDeploy" ')
    assert deploy.user_pwd in text


def test_a_name_that_is_taken_is_refused(wms, site):
    with refused_by_web_sites(409, "Conflict", "54001", "Website with given name {0} already exists.", SITE):
        wms.create_site("westuswebspace", SITE, "West US", list(site.host_names))
    assert [space.name for space in wms.list_webspaces()] == [SPACE]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("get_site", ()),
        ("update_site", ("Stopped",)),
        ("restart_site", ()),
        ("delete_site", ()),
        ("get_metric_definitions", ()),
        ("get_historical_usage_metrics", ()),
        ("get_publish_profile", ()),
        ("get_publish_profile_xml", ()),
    ],
)
def test_a_site_that_is_not_there_is_refused(wms, method, arguments):
    with refused_by_web_sites(404, "NotFound", "04009", "The web site {0} cannot be found.", "nosite"):
        getattr(wms, method)(SPACE, "nosite", *arguments)


@pytest.mark.parametrize("method", ["get_webspace", "list_sites"])
def test_a_web_space_that_is_not_there_is_refused(wms, method):
    with refused_by_web_sites(404, "NotFound", "51004", "Cannot find {0} with name {1}.", "WebSpace", SPACE):
        getattr(wms, method)(SPACE)


def test_answers_have_the_headers_of_web_sites(wms):
    """The media type is the request's, where it had a body; the ETag is the FILETIME of the last change."""
    answers = []

    def keep(request, send):
        answers.append(send(request))
        return answers[-1]

    watched = wms.with_filter(keep)
    watched.create_site(SPACE, SITE, "East US", [HOST])
    watched.get_site(SPACE, SITE)
    watched.update_site(SPACE, SITE, "Stopped")
    watched.delete_site(SPACE, SITE)

    created, read, updated, deleted = ({name.lower(): value for name, value in one.headers} for one in answers)
    for headers in (created, read, updated, deleted):
        assert headers["cache-control"] == "private"
        assert (headers["x-aspnet-version"], headers["x-powered-by"]) == ("4.0.30319", "ASP.NET")
        assert len(headers["x-ms-request-id"]) == 32
    assert created["content-type"] == updated["content-type"] == "application/atom+xml; charset=utf-8"
    assert read["content-type"] == "application/xml; charset=utf-8"
    assert "content-type" not in deleted
    assert "etag" not in created
    changed = ET.fromstring(answers[1].body).findtext(f"{NAMESPACE}LastModifiedTimeUtc")
    since = datetime.fromisoformat(changed) - datetime(1601, 1, 1)  # noqa: DTZ001 - the service writes no zone
    filetime = (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10
    assert read["etag"] == f'"{filetime:X}"'
    assert updated["etag"] == deleted["etag"]
