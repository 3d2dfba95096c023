"""The metastore: PostgreSQL, the one truth about state.

``tables`` declares the schema, ``migrations`` makes it, ``queries`` holds every statement by topic,
``database`` opens connections. Hot statements (claim, finish, queue) go straight to psycopg, prepared
and in autocommit; nothing here keeps session state, so a transaction-mode pooler may sit in between.
"""
