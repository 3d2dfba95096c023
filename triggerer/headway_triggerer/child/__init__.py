"""The process in which triggers' own code runs: one event loop for all triggers of one version of the DAG code."""
