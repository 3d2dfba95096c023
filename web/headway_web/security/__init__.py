"""Who may do what: passwords, sessions, tokens, roles, request forgery, headers."""
