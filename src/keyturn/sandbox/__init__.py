"""Pretend tenants (Okta, Microsoft 365, Google Workspace) that run as a process of their own.

They keep their own state and a ledger of every request. Nothing of the product is imported here, and the
product knows them by base URL only.
"""
