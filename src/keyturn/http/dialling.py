"""Where connections that are no HTTP may go, by the same rules: for mail servers.

As for HTTP, a name is judged by the addresses that it resolves to, and the connection is to be made to one of the
addresses that are given here, so that a name that changes its mind in between gains nothing.
"""

from __future__ import annotations

import ssl

from .authorities import trusting
from .egress import EgressRules
from .errors import EgressDenied, NameNotResolved
from .resolving import CheckedResolver, Forbidden, Resolver, SystemResolver, Unresolved
from .settings import HttpSettings


class Dialler:
    """Tells allowed addresses. Raises `BadEgressEntry` for a list entry that cannot be read."""

    def __init__(self, settings: HttpSettings | None = None, resolver: Resolver | None = None) -> None:
        chosen = settings or HttpSettings()
        self._rules = EgressRules.parse(chosen.allow, chosen.deny)
        self._resolver = CheckedResolver(resolver or SystemResolver(), self._rules)
        self._ca_file = chosen.ca_file

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses that may be connected to, best first.

        Raises:
            EgressDenied: there are none that may be.
            NameNotResolved: there are none at all.
        """
        denial = self._rules.judge_host(host.lower(), port)
        if denial is not None:
            raise EgressDenied(denial.what, denial.mend, host=host)
        try:
            return [found["host"] for found in await self._resolver.resolve(host, port)]
        except Forbidden as error:
            raise EgressDenied(error.denial.what, error.denial.mend, host=host) from error
        except Unresolved as error:
            mend = "Check its spelling and the DNS of the server."
            raise NameNotResolved(f"The name {host} has no address.", mend, host=host) from error

    def tls(self) -> ssl.SSLContext:
        """What to trust: the system's certificates, and those of the settings."""
        return trusting(self._ca_file)
