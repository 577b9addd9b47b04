"""The pretend Okta org."""
