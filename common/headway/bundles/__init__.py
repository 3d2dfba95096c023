"""DAG code on its way to the workers: a *bundle* is one snapshot of the DAG root, stored by content.

    layout   which folder is the root, and what in it belongs to a bundle
    manifest the snapshot: every file's hash, size and executable bit; its own hash names the bundle
    store    scheduler: writes what the metastore does not have yet
    fetch    scheduler's parse children and workers: lay a bundle out in the Headway home

A bundle never changes, so a directory that has been laid out once is complete for ever.
"""
