"""Declined: deployments, role instances, virtual machines, their images and disks."""

from __future__ import annotations

from emulator.surface.declined.table import DEPLOYMENT, SERVICES, declined, with_slots

_DEPLOYMENTS = (
    *with_slots(
        declined(
            "deployments",
            "What suspending an update does is not known. A manual update waits between its domains.",
            DEPLOYMENT,
            ("ResumeDeploymentUpdateOrUpgrade", "POST", "?comp=resume", "2009-10-01", 202),
            ("SuspendDeploymentUpdateOrUpgrade", "POST", "?comp=suspend", "2009-10-01", 202),
        )
    ),
    *declined(
        "deployments",
        "Of which role instance the file is that was asked for of a whole deployment, no source says.",
        DEPLOYMENT,
        ("DownloadRDPFile", "GET", "/ModelFile", "2009-10-01", 200),
    ),
)

_IMAGES = (
    *declined(
        "OS images",
        "Images are shared by way of `shareasync`; what this older call answers is not known.",
        f"{SERVICES}/images/{{image_name}}",
        ("ShareOSImage", "PUT", "/share", "2012-03-01", 200),
    ),
    *declined(
        "OS images",
        "The images of the VM role of 2010 are not emulated.",
        "/{subscription_id}/machineimages",
        ("ListImages", "GET", "", "2009-10-01", 200),
        ("GetImageProperties", "GET", "/{image_name}", "2009-10-01", 200),
        ("GetImageReference", "GET", "/{image_name}?comp=reference", "2009-10-01", 200),
        ("PrepareImageUpload", "PUT", "/{image_name}", "2009-10-01", 200),
        ("CommitImageUpload", "POST", "/{image_name}?comp=commitmachineimage", "2009-10-01", 200),
        ("SetImageProperties", "POST", "/{image_name}?comp=properties", "2009-10-01", 200),
        ("SetParentImage", "POST", "/{image_name}?comp=setparent", "2009-10-01", 200),
        ("DeleteImage", "DELETE", "/{image_name}", "2009-10-01", 200),
    ),
)

ROWS = (*_DEPLOYMENTS, *_IMAGES)
