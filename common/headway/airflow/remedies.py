"""What to do about an import of Airflow's that Headway does not have."""

from __future__ import annotations

import re

from headway.airflow.table import contents, elsewhere, module_names
from headway.authoring.arguments import closest

# Providers whose name has two parts; the others have one.
_FAMILIES = ("apache", "atlassian", "cncf", "common", "dbt", "ibm", "microsoft")

# Where Airflow 1.10 kept what providers brought later, by a word of the module's or the name's own.
_OLD_HOMES = {
    "google": r"bigquery|bq$|gcs|gcp|google|dataflow|dataproc|datastore|pubsub|mlengine|gdrive",
    "amazon": r"aws|emr|ecs|s3|redshift|sagemaker|athena|sns|sqs|glue|dynamodb",
    "cncf.kubernetes": r"kubernetes",
    "microsoft.azure": r"azure|wasb|adls",
    "microsoft.mssql": r"mssql",
    "microsoft.winrm": r"winrm",
    "apache.hive": r"hive|metastore_partition",
    "apache.hdfs": r"hdfs",
    "apache.spark": r"spark",
    "apache.sqoop": r"sqoop",
    "apache.pig": r"pig",
    "apache.druid": r"druid",
    "apache.pinot": r"pinot",
    "apache.cassandra": r"cassandra",
    "databricks": r"databricks",
    "snowflake": r"snowflake",
    "oracle": r"oracle",
    "jdbc": r"jdbc",
    "presto": r"presto",
    "mongo": r"mongo",
    "redis": r"redis",
    "vertica": r"vertica",
    "jenkins": r"jenkins",
    "atlassian.jira": r"jira",
    "salesforce": r"salesforce",
    "qubole": r"qubole",
    "opsgenie": r"opsgenie",
    "discord": r"discord",
    "dingding": r"dingding",
    "datadog": r"datadog",
    "samba": r"samba",
    "zendesk": r"zendesk",
    "segment": r"segment",
    "grpc": r"grpc",
}


def remedy_for(wanted: str) -> str:
    """One sentence: where the name is, what it may be called, which package brings it, or what to use."""
    module, _, name = wanted.rpartition(".")
    if others := elsewhere(name):
        return f"{name} is imported from {others[0]}"
    if module in module_names() and (hint := closest(name, contents(module))):
        return f"did you mean {module}.{hint}?"
    if provider := provider_of(wanted):
        return _of_package(provider)
    return "it is no part of this version; use Headway's own operators, or call what you need in a @task function"


def is_family(module: str) -> bool:
    """Whether a module holds nothing but providers, like ``airflow.providers.cncf``, so that nobody knows yet which."""
    top, _, last = module.rpartition(".")
    return top == "airflow.providers" and last in _FAMILIES


def provider_of(wanted: str) -> str:
    """The provider that has ``wanted`` in Airflow, like ``cncf.kubernetes``; empty when none is known to."""
    parts = wanted.split(".")
    if parts[1:2] == ["providers"]:
        length = 2 if parts[2:3] and parts[2] in _FAMILIES else 1
        return ".".join(parts[2 : 2 + length])
    if parts[1:2] and parts[1] in ("contrib", "operators", "hooks", "sensors"):
        last = ".".join(parts[2:]).lower()
        return next((found for found, words in _OLD_HOMES.items() if re.search(rf"(?:^|[._])(?:{words})", last)), "")
    return ""


def _of_package(provider: str) -> str:
    package = "apache-airflow-providers-" + provider.replace(".", "-")
    return (
        f"in Airflow the package {package} has it; `pip install --no-deps {package}` and the libraries that it "
        "names (not Airflow itself) on every host may do, else call the service's own library in a @task function"
    )
