"""The demo: a suspended user is offboarded, before one's eyes.

It does what a person would do: starts the sandbox tenants and the server as processes of their own, makes the
connections, publishes the flows of ``examples/offboarding``, suspends somebody in Okta, and looks. It talks to
Keyturn only through its API, and judges by what the tenants say.
"""
