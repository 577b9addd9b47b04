"""Who carries out which run: leases, hand-out, and the reconciler that leaves nothing lying about."""
