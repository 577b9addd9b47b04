"""Runs flows: plan, run, journal, effects, trace. States what it needs from outside in ``ports``.

Pure cards are recomputed whenever a run is resumed; effects are journaled and replayed. A run goes forward
only while its worker holds the lease.
"""
