"""Connectors: one folder per app with a manifest; what actions they have, how they ask, what their events give."""
