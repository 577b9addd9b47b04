"""The database's shape, step by step (Alembic).

Each version says in ``SAFE`` when it may be applied: ``before`` (old code goes on working with it) or ``after``
(only when no old code runs any more).
"""
