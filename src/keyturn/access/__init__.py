"""Who may do what. From the first day: API tokens with permissions."""
