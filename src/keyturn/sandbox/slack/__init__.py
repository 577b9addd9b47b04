"""The pretend Slack workspace."""
