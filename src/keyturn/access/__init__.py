"""Who may do what: API tokens with permissions, and sessions of browsers."""
