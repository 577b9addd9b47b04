"""Measures Keyturn beside something that does the same work; ``make bench`` runs it, README.md explains the figures.

Nothing here is part of the product. Each workload has a module; what is measured is the real program, started as
its own process, on the Postgres that comes along. After each round ``audit`` reads back what was stored.
"""
