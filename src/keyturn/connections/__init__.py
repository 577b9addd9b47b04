"""Connections: one authorised account of a connector each. Secrets are sealed at rest and never come out again."""
