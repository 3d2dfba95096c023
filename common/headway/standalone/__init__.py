"""The embedded cluster: real PostgreSQL and Valkey from wheels, and every node as a child process.

::

    Cluster ── HomeLock            one cluster in a home
      ├── EmbeddedPostgres ┐       server.py: prepare, start, wait until it answers, stop
      ├── EmbeddedValkey   ┘       place.py: folder and account that they run in
      ├── join.toml                what the nodes (and other hosts) need to take part
      └── Supervisor               scheduler, workers, Flower: started, watched, started again, stopped

Whatever happens to the process that holds the cluster, nothing outlives it: every child asks the kernel
for a signal at its parent's death (launch.py), and a server holds a file lock until its last process is
gone, so that the next start never meets the previous server.
"""
