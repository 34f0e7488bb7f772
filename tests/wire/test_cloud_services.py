"""Cloud services and job collections on the wire: recorded bodies and answers."""

from __future__ import annotations

import pytest

from emulator.domain.cloud_services import CreateAddOn, CreateCloudService
from emulator.domain.job_collections import CreateJobCollection, JobCollectionDetails
from emulator.domain.scheduler_records import (
    AddOn,
    CloudService,
    JobCollection,
    MaxRecurrence,
    Quota,
    ResourceStatus,
)
from emulator.wire.cloud_services import CLOUD_SERVICE, CLOUD_SERVICES, CREATE_ADD_ON, CREATE_CLOUD_SERVICE
from emulator.wire.job_collections import CREATE_JOB_COLLECTION, JOB_COLLECTION
from emulator.wire.reading import BodyError
from emulator.wire.writing import Context

NAMESPACES = 'xmlns="http://schemas.microsoft.com/windowsazure" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
ETAG = "edffcd96-929b-4fec-a7b6-9880da3b5029"
DONE = ResourceStatus("Create", "Succeeded")
HOURLY = Quota(max_job_count=50, max_recurrence=MaxRecurrence(frequency="Hour", interval=1))


def service(**rest):
    return CloudService(
        name="cs", label="label", description="description", geo_region="West Europe", etag=ETAG, **rest
    )


def collection(**rest):
    values = {"quota": None, "label": "jc", "schema_version": "1.1"} | rest
    return JobCollection(name="jc", etag=ETAG, plan="Standard", status=DONE, **values)


def read(contract, body):
    unread = []
    return contract.read(body.encode(), "2014-10-01", unread), unread


def test_a_cloud_service_is_read_with_or_without_its_name():
    inside = "<Label>label</Label><Description>description</Description><GeoRegion>West Europe</GeoRegion>"
    expected = CreateCloudService(label="label", description="description", geo_region="West Europe")

    assert read(CREATE_CLOUD_SERVICE, f"<CloudService {NAMESPACES}>{inside}</CloudService>") == (expected, [])
    named, _ = read(CREATE_CLOUD_SERVICE, f"<CloudService {NAMESPACES}><Name>cs</Name>{inside}</CloudService>")
    assert (named.name, named.geo_region) == ("cs", "West Europe")


def test_a_cloud_service_without_resources_as_recorded():
    assert CLOUD_SERVICE.write(service(), Context()).decode() == (
        f"<CloudService {NAMESPACES}><Name>cs</Name><Label>label</Label><Description>description</Description>"
        "<GeoRegion>West Europe</GeoRegion><Resources/></CloudService>"
    )


def test_a_job_collection_in_its_cloud_service_as_recorded():
    listed = CLOUD_SERVICES.write([service(job_collections={"jc": collection()})], Context()).decode()

    assert (
        "<Resources><Resource><ResourceProviderNamespace>Scheduler</ResourceProviderNamespace>"
        f"<Type>jobcollections</Type><Name>jc</Name><SchemaVersion>1.1</SchemaVersion><ETag>{ETAG}</ETag>"
        "<State>Started</State><IntrinsicSettings><Plan>Standard</Plan></IntrinsicSettings><OperationStatus>"
        "<Type>Create</Type><Result>Succeeded</Result></OperationStatus><Label>jc</Label></Resource></Resources>"
    ) in listed


def test_an_add_on_keeps_the_settings_that_were_sent():
    settings = '<CacheServiceInput xmlns=""><SkuType>Basic</SkuType></CacheServiceInput>'
    body = f"<Resource {NAMESPACES}><IntrinsicSettings>{settings}</IntrinsicSettings><Plan>p</Plan><X/></Resource>"
    command, unread = read(CREATE_ADD_ON, body)
    assert (command.plan, unread) == ("p", ["/Resource/X"])
    made = AddOn(
        provider_namespace="cacheservice",
        type="Caching",
        name="mycache",
        etag=ETAG,
        status=DONE,
        intrinsic_settings=command.intrinsic_settings,
    )

    listed = CLOUD_SERVICE.write(service(add_ons={"x": made}), Context()).decode()
    assert (
        "<Resource><ResourceProviderNamespace>cacheservice</ResourceProviderNamespace><Type>Caching</Type>"
        f"<Name>mycache</Name><ETag>{ETAG}</ETag><State>Started</State>"
    ) in listed
    start, end = listed.index("<IntrinsicSettings>"), listed.index("</IntrinsicSettings>")
    assert "<SkuType>Basic</SkuType></CacheServiceInput>" in listed[start:end]
    assert 'xmlns=""' in listed[start:end]
    assert "</IntrinsicSettings><OutputItems/><OperationStatus>" in listed


def test_an_add_on_of_the_store_has_a_type_a_plan_and_a_code():
    body = f"<Resource {NAMESPACES}><Type>t</Type><Plan>p</Plan><PromotionCode>c</PromotionCode></Resource>"
    assert read(CREATE_ADD_ON, body) == (CreateAddOn(type="t", plan="p", promotion_code="c"), [])


@pytest.mark.parametrize("body", ["", "<Resource/>", f"<Other {NAMESPACES}/>"])
def test_what_is_no_resource_is_refused(body):
    with pytest.raises(BodyError):
        CREATE_ADD_ON.read(body.encode(), "2014-10-01", [])


def test_the_plan_of_a_collection_is_read_with_a_small_letter_too():
    for name in ("Plan", "plan"):
        inside = f"<IntrinsicSettings><{name}>Free</{name}></IntrinsicSettings>"
        command, unread = read(CREATE_JOB_COLLECTION, f"<Resource {NAMESPACES}>{inside}</Resource>")
        assert (command.plan or command.small_plan, unread) == ("Free", [])


def test_all_of_a_collection_is_read():
    quota = (
        "<Quota><MaxJobCount>50</MaxJobCount><MaxRecurrence><Frequency>Hour</Frequency><Interval>1</Interval>"
        "</MaxRecurrence></Quota>"
    )
    body = (
        f"<Resource {NAMESPACES}><SchemaVersion>1.0</SchemaVersion><ETag>{ETAG}</ETag><IntrinsicSettings>"
        f"<Plan>Standard</Plan>{quota}</IntrinsicSettings><Label>bA==</Label></Resource>"
    )
    expected = CreateJobCollection(schema_version="1.0", etag=ETAG, plan="Standard", quota=HOURLY, label="bA==")

    assert read(CREATE_JOB_COLLECTION, body) == (expected, [])


def test_a_collection_as_recorded_and_its_quota_and_label_where_it_has_them():
    def written(**rest):
        return JOB_COLLECTION.write(JobCollectionDetails(collection(**rest), service()), Context()).decode()

    first = f"<Resource {NAMESPACES}><CloudServiceSettings><GeoRegion>West Europe</GeoRegion></CloudServiceSettings>"
    rest = (
        "<Name>jc</Name><OperationStatus><Error><HttpCode>200</HttpCode><Message>OK</Message></Error>"
        "<Result>Succeeded</Result></OperationStatus><PromotionCode/><SchemaVersion>1.1</SchemaVersion>"
        '<State>Started</State><SubState i:nil="true"/><Type>jobcollections</Type></Resource>'
    )
    settings = "<IntrinsicSettings><Plan>Standard</Plan></IntrinsicSettings>"
    assert written() == f"{first}<ETag>{ETAG}</ETag>{settings}{rest}"
    quota = (
        "<Quota><MaxJobCount>50</MaxJobCount><MaxRecurrence><Frequency>Hour</Frequency><Interval>1</Interval>"
        "</MaxRecurrence></Quota>"
    )
    settings = f"<IntrinsicSettings><Plan>Standard</Plan>{quota}</IntrinsicSettings><Label>bA==</Label>"
    assert written(quota=HOURLY, label="bA==") == f"{first}<ETag>{ETAG}</ETag>{settings}{rest}"
