"""The REST API: one file per resource, each with a ``router``; ``headway_web.app`` finds them by themselves."""
