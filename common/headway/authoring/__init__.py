"""What a DAG file is written in: DAGs, tasks, groups, dependencies, and how a file of them is loaded.

Nothing here imports a database driver, a broker client or a web framework; a DAG file must load fast and
in a process that has none of them.
"""
