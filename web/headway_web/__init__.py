"""The web node: the REST API, live updates and the UI."""
