"""What people do with Headway, whatever they do it through: the CLI and the REST API call these functions.

Each takes a metastore connection and plain arguments, returns frozen dataclasses and raises
``HeadwayError``. Whatever changes something names its ``actor`` and leaves an entry in the audit trail in
the same transaction. Statements live in ``headway.metastore.queries``; nothing here prints.
"""
