"""The pretend Google Workspace account."""
