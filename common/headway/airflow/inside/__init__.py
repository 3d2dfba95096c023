"""Read-only views of what code written for Airflow's own tables asks for: runs, tasks, DAGs, pools, the log.

``models`` has a class for each of Airflow's tables, ``query`` the session and the queries over them. Every
read is one named query of the metastore; every write is refused with the way to do it here.
"""
