"""The portal as a browser sees it: its pages, its forms, and who may use them."""

from __future__ import annotations

import base64
from urllib.parse import urljoin
from xml.sax.saxutils import escape

import pytest
import requests
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService, SqlDatabaseManagementService
from lxml import html

from emulator import Emulator, Settings
from emulator.domain.clock import Pace
from emulator.portal import resources
from emulator.surface import rows

HOSTILE = '<script>alert("1")</script>'
RULE = '{"fault": "refuse", "operation": "ListLocations"}'
CONFIGURATION = """\
<ServiceConfiguration serviceName="site" osFamily="4"
    xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">
  <Role name="Web"><Instances count="2"/></Role>
</ServiceConfiguration>"""


class Browser:
    """Gets pages and sends forms, and shows what a page says."""

    def __init__(self, emulator):
        self.base = emulator.control_endpoint

    def get(self, path, status=200, **options):
        answer = requests.get(urljoin(self.base, path), timeout=5, **options)
        assert answer.status_code == status, answer.text
        return self._page(answer)

    def send(self, page, where, status=200, *, headers=None, **fields):
        """Send the form of a page whose action ends so, as it stands but for these fields."""
        forms = [form for form in page.forms if form.action.endswith(where)]
        form = next(form for form in forms if set(fields) <= set(form.fields))
        for name, value in fields.items():
            form.fields[name] = value
        answer = requests.post(form.action, dict(form.form_values()), headers=headers, timeout=5)
        assert answer.status_code == status, answer.text
        return self._page(answer)

    @staticmethod
    def _page(answer):
        page = html.fromstring(answer.content, base_url=answer.url)
        page.make_links_absolute()
        return page


def words(page):
    return " ".join(page.text_content().split())


def table(page, title):
    """Return the rows of the table below a heading, as words."""
    found = page.xpath(f'(//h2|//h3)[starts-with(normalize-space(), "{title}")]/following-sibling::table[1]//tr')
    return [" ".join(" ".join(row.itertext()).split()) for row in found[1:]]


@pytest.fixture
def emulator():
    with Emulator(Settings(port=0, control_port=0, clock=Pace.parse("manual"))) as running:
        yield running


@pytest.fixture
def identity(emulator):
    return emulator.identity()


@pytest.fixture
def sms(identity):
    return identity.sdk(ServiceManagementService)


@pytest.fixture
def browser(emulator):
    return Browser(emulator)


@pytest.fixture
def place(identity):
    return f"/portal/subscriptions/{identity.subscription_id}"


@pytest.fixture
def deployed(sms):
    """Have a service with a deployment that is on its way; return the id of its operation."""
    sms.create_hosted_service("shop", "shop", location="West US")
    configuration = base64.b64encode(CONFIGURATION.encode()).decode()
    label = base64.b64encode(b"one").decode()
    package = "https://a.blob.core.windows.net/p/a.cspkg"
    return sms.create_deployment("shop", "production", "v1", package, label, configuration, True).request_id


def test_the_root_leads_to_the_overview(browser, emulator):
    page = browser.get("/")
    assert page.base_url == f"{browser.base}/portal/"
    assert emulator.endpoint in words(page)
    assert "None yet" in words(page)


def test_the_overview_lists_subscriptions_and_what_they_hold(browser, identity, deployed):
    page = browser.get("/portal/")
    assert f"{identity.subscription_id}" in words(page)
    assert "Hosted services 1" in words(page)
    assert "manual" in words(page)


def test_a_subscription_shows_what_is_in_it_and_what_is_to_come(browser, place, deployed):
    page = browser.get(place)
    assert table(page, "Hosted services") == [
        "shop Created West US",
        f"v1 (Production) Deploying {deployed}",
        *[row for row in table(page, "Hosted services") if row.startswith("Web_IN_")],
    ]
    assert len(table(page, "Hosted services")) == 4
    assert any(row.endswith(f"deployment shop/v1 deployed_running {deployed}") for row in table(page, "Time"))
    assert [row.split(" ", 2)[2] for row in table(page, "Operations")] == [
        f"CreateDeployment InProgress {deployed}",
        f"CreateHostedService Succeeded {table(page, 'Operations')[1][-32:]}",
    ]
    assert "CreateDeployment" in table(page, "Requests")[0]


def test_time_is_moved_from_the_page(browser, place, deployed):
    page = browser.send(browser.get(place), "/clock", advance="next")
    assert "1 transition happened" in words(page)
    page = browser.send(page, "/clock", advance="quiet")
    assert "Nothing is scheduled" in words(page)
    assert "shop Created West US" in table(page, "Hosted services")[0]
    assert "v1 (Production) Running" in table(page, "Hosted services")
    page = browser.send(page, "/clock", mode="step:5s")
    assert "by step:5s" in words(page)


def test_seconds_are_a_number(browser, place, deployed):
    before = browser.get(place).xpath("string(//time)")
    form = "/clock"
    page = browser.get(place)
    numbered = next(one for one in page.forms if one.action.endswith(form) and one.fields.get("advance") in (None, ""))
    numbered.fields["advance"] = "3600"
    answer = requests.post(numbered.action, dict(numbered.form_values()), timeout=5)
    after = html.fromstring(answer.content).xpath("string(//time)")
    assert (int(after[11:13]) - int(before[11:13])) % 24 == 1


@pytest.mark.parametrize(
    "fields", [{"advance": "yesterday"}, {"mode": "fast"}, {"advance": "-1"}, {"advance": "nan"}, {"other": "1"}]
)
def test_what_a_clock_cannot_do_is_said_on_a_page(browser, emulator, identity, place, deployed, fields):
    before = emulator.world.subscriptions[identity.subscription_id].now
    answer = requests.post(f"{browser.base}{place}/clock", fields, timeout=5)
    assert answer.status_code == 400
    assert "text/html" in answer.headers["Content-Type"]
    assert "Bad Request" in answer.text
    assert emulator.world.subscriptions[identity.subscription_id].now == before


def test_all_clocks_are_set_from_the_overview(browser, emulator, place, deployed):
    page = browser.send(browser.get("/portal/"), "/clock", mode="step:1s", advance="quiet")
    assert "to come goes by step:1s" in words(page)
    assert "Nothing is scheduled" in words(browser.get(place))


def test_a_resource_is_shown_whole_and_what_it_says_is_no_markup(browser, place, sms):
    sms.create_hosted_service("shop", "shop", escape(HOSTILE), location="West US")
    page = browser.get(f"{place}/hosted_services/shop")
    assert HOSTILE in words(page)
    assert page.xpath("//script") == []


def test_passwords_are_not_shown(browser, place, identity):
    server = identity.sdk(SqlDatabaseManagementService).create_server("somebody", "S3cret-word!", "West US")
    page = browser.get(f"{place}/sql_servers/{server.server_name}")
    assert "somebody" in words(page)
    assert "(not shown)" in words(page)


def test_a_refusal_is_explained(browser, place, sms, deployed):
    with pytest.raises(AzureHttpError):
        sms.create_hosted_service("shop", "shop", location="West US")
    page = browser.get(place)
    assert "409 ConflictError" in table(page, "Requests")[0]
    page = browser.get(page.xpath('//a[text()="explain"]/@href')[0])
    assert "CreateHostedService: 409 ConflictError" in words(page)
    assert "It was refused with 409 ConflictError: The specified DNS name is already taken." in words(page)


def test_a_fault_is_added_and_removed(browser, sms):
    page = browser.send(browser.get("/portal/faults"), "/faults", rule=RULE)
    assert RULE in words(page)
    with pytest.raises(AzureHttpError):
        sms.list_locations()
    page = browser.get("/portal/faults")
    form = next(form for form in page.forms if form.action.rpartition("/")[2] not in ("faults", ""))
    page = browser.send(page, form.action)
    assert "Nothing is." in words(page)
    assert len(list(sms.list_locations())) > 0


def test_a_fault_of_one_subscription_is_removed_from_it(browser, emulator, identity, sms):
    sms.list_locations()
    page = browser.send(browser.get("/portal/faults"), "/faults", rule=RULE, subscription=identity.subscription_id)
    assert identity.subscription_id in words(page)
    form = next(form for form in page.forms if form.action.rpartition("/")[2] not in ("faults", ""))
    assert "Nothing is." in words(browser.send(page, form.action))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("nonsense", "The rule has to be a JSON object"),
        ("[]", "The rule has to be a JSON object"),
        ("[" * 10_000, "The rule has to be a JSON object"),
        ('{"fault": "refuse", "operation": "NoSuchThing"}', "NoSuchThing"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_reason(browser, emulator, rule, why):
    page = browser.send(browser.get("/portal/faults"), "/faults", 400, rule=rule)
    assert why in words(page)
    assert emulator.faults.standing(None) == []


def test_a_subscription_is_forgotten(browser, emulator, place, identity, deployed):
    page = browser.send(browser.get(place), f"{place}/reset")
    assert "None yet" in words(page)
    assert emulator.world.subscriptions == {}


def test_everything_is_forgotten(browser, emulator, deployed):
    browser.send(browser.get("/portal/"), "/portal/reset")
    assert emulator.world.subscriptions == {}


def test_the_journal_is_forgotten(browser, place, deployed):
    page = browser.send(browser.get(place), "/journal")
    assert "The journal has none." in words(page)


@pytest.mark.parametrize("path", ["", "/hosted_services/shop", "/requests/" + "0" * 32])
def test_who_looks_makes_nothing(browser, emulator, path):
    page = browser.get(f"/portal/subscriptions/somebody{path}", 404)
    assert "Not Found" in words(page)
    assert emulator.world.subscriptions == {}
    assert requests.post(f"{browser.base}/portal/subscriptions/somebody/clock", {}, timeout=5).status_code == 404
    assert emulator.world.subscriptions == {}


@pytest.mark.parametrize("path", ["hosted_services/other", "nothing/at", "clock/now", "operations/x", "name/0"])
def test_a_resource_that_is_not_there_is_not_found(browser, place, deployed, path):
    assert "Not Found" in words(browser.get(f"{place}/{path}", 404))


@pytest.mark.parametrize("path", ["__dict__/world", "operations/x", "clock/now", "resource_types/..", "id/x", "x/x"])
def test_what_is_no_resource_is_not_found(browser, place, deployed, path):
    browser.get(f"{place}/{path}", 404)


def test_no_more_is_read_of_a_large_subscription_than_a_page_shows(
    browser, place, sms, deployed, emulator, monkeypatch
):
    monkeypatch.setattr("emulator.portal.resources.SHOWN", 1)
    read, plain = [], resources.plain
    monkeypatch.setattr("emulator.portal.resources.plain", lambda value: read.append(value) or plain(value))
    sms.create_hosted_service("another", "label", location="West US")
    page = browser.get(place)
    kinds = [type(value).__name__ for value in read]
    assert (kinds.count("HostedService"), "The first 1 of 2." in words(page)) == (1, True)
    assert [row for row in table(page, "Hosted services") if "more" in row] == ["and 1 more"]
    assert f"The first 1 of {len(emulator.world.subscriptions[place.rpartition('/')[2]].clock.schedule)}." in words(
        page
    )


def test_every_operation_is_listed_with_why_it_is_not_served(browser, emulator):
    page = browser.get("/portal/operations")
    listed = page.xpath("//tbody/tr")
    served = rows(frozenset(emulator.world.services))
    assert len(listed) == len(served)
    assert len([row for row in listed if "declined:" in row.text_content()]) == len([r for r in served if not r.does])


def test_every_link_of_every_page_leads_somewhere(browser, place, sms, deployed):
    sms.create_storage_account("account1", "d", "l", location="West US")
    seen, ahead = set(), [f"{browser.base}/portal/"]
    while ahead:
        url = ahead.pop()
        answer = requests.get(url, timeout=5)
        assert answer.status_code == 200, url
        seen.add(url)
        if "text/html" in answer.headers["Content-Type"]:
            page = Browser._page(answer)
            assert page.xpath("//script|//@style|//@onclick") == []
            links = {link for link in page.xpath("//@href") if "refresh" not in link}
            assert all(link.startswith(browser.base) for link in links)
            ahead += links - seen - set(ahead)
    assert {f"{browser.base}{place}/hosted_services/shop", f"{browser.base}{place}/storage_accounts/account1"} < seen


def test_a_page_refreshes_itself_if_it_is_asked_to(browser):
    assert browser.get("/portal/").xpath("//meta[@http-equiv]") == []
    asked = requests.get(f"{browser.base}/portal/?refresh=2", timeout=5)
    assert '<meta http-equiv="refresh" content="2">' in asked.text
    for nonsense in ("0", "-1", "99999", "soon"):
        assert browser.get(f"/portal/?refresh={nonsense}").xpath("//meta[@http-equiv]") == []


def test_pages_may_load_nothing_from_elsewhere_and_stand_in_no_frame(browser):
    policy = requests.get(f"{browser.base}/portal/", timeout=5).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost:1", "http://[", ""])
def test_a_page_elsewhere_steers_nothing(browser, emulator, sms, origin):
    sms.list_locations()
    for path in ("/reset", "/portal/reset"):
        answer = requests.post(browser.base + path, headers={"Origin": origin}, timeout=5)
        assert answer.status_code == 403
    assert len(emulator.world.subscriptions) == 1


def test_its_own_pages_do(browser, emulator, sms):
    sms.list_locations()
    browser.send(browser.get("/portal/"), "/portal/reset", headers={"Origin": browser.base})
    assert emulator.world.subscriptions == {}


def test_a_browser_shows_the_token_as_a_password():
    with Emulator(Settings(port=0, control_port=0, control_token="a-token")) as emulator:
        browser = Browser(emulator)
        refused = requests.get(f"{browser.base}/portal/", timeout=5)
        assert refused.status_code == 401
        assert "Basic" in refused.headers["WWW-Authenticate"]
        assert "control.token" in refused.text
        browser.get("/portal/", 401, auth=("", "wrong"))
        browser.get("/portal/", 401, headers={"Authorization": "Basic %%%"})
        assert "Subscriptions" in words(browser.get("/portal/", auth=("anybody", "a-token")))
        assert "Subscriptions" in words(browser.get("/portal/", headers={"Authorization": "Bearer a-token"}))
