"""Declined: the services with an API of their own below this one."""

from __future__ import annotations

from emulator.surface.declined.table import declined

ROWS = declined(
    "HDInsight",
    "HDInsight is not emulated.",
    "/{subscription_id}/cloudservices/{cloud_service_id}/resources/hdinsight",
    ("GetCluster", "GET", "/~/clusters/{cluster_name}", "2012-08-01", 200),
    ("CreateCluster", "PUT", "/clusters/{cluster_name}", "2012-08-01", 202),
    ("DeleteCluster", "DELETE", "/clusters/{cluster_name}", "2012-08-01", 202),
    ("GetIaasCluster", "GET", "/~/iaasclusters/{cluster_name}", "2012-08-01", 200),
    ("CreateIaasCluster", "PUT", "/iaasclusters/{cluster_name}", "2012-08-01", 202),
    ("DeleteIaasCluster", "DELETE", "/iaasclusters/{cluster_name}", "2012-08-01", 202),
)
