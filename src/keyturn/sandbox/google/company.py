"""What the pretend Google Workspace account says of itself and may be told: own roles of admins, domains, the customer.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/roles, .../privileges, .../domains,
.../domainAliases and .../customers.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.seed import DOMAIN_CREATED, SEEDED_AT, domain_row
from keyturn.sandbox.google.workspace import CUSTOMER, Workspace
from keyturn.sandbox.holdings import number_of
from keyturn.sandbox.people import COMPANY, DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer

_SERVICE = "00haapch16h1ysv"
_PRIVILEGES = ("USERS_RETRIEVE", "USERS_UPDATE", "USERS_SUSPEND", "GROUPS_RETRIEVE", "GROUPS_UPDATE", "ORG_UNITS_READ")


class CompanyDesk:
    """Answers `/roles` of one's own, `/domains`, `/domainaliases` and `/customers`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        customer = "/admin/directory/v1/customer/{customer}"
        role, domain, alias = customer + "/roles/{role}", customer + "/domains", customer + "/domainaliases"
        return [
            Route(customer + "/roles", self._add_role, ["POST"]),
            Route(role, self._change_role, ["PUT", "PATCH"]),
            Route(role, self._remove_role, ["DELETE"]),
            Route(customer + "/roles/ALL/privileges", self._privileges),
            Route(domain, self._domains),
            Route(domain, self._add_domain, ["POST"]),
            Route(domain + "/{domain}", self._domain),
            Route(domain + "/{domain}", self._remove_domain, ["DELETE"]),
            Route(alias, self._aliases),
            Route(alias, self._add_alias, ["POST"]),
            Route(alias + "/{domain}", self._alias),
            Route(alias + "/{domain}", self._remove_alias, ["DELETE"]),
            Route("/admin/directory/v1/customers/{customer}", self._customer),
            Route("/admin/directory/v1/customers/{customer}", self._change_customer, ["PUT", "PATCH"]),
        ]

    def _check(self, request: Request) -> None:
        self._workspace.check_customer(str(request.path_params["customer"]))

    # roles

    async def _add_role(self, request: Request) -> Response:
        self._check(request)
        body = await json_object(request)
        name = as_text(body.get("roleName"))
        if not name:
            raise words.required("roleName")
        key = str(10**16 + number_of(f"google/role/{name}/{self._workspace.core.ids.word(8)}") % 10**16)
        row: JsonObject = {
            "kind": "admin#directory#role",
            "etag": f'"{key}"',
            "roleId": key,
            "roleName": name,
            "roleDescription": as_text(body.get("roleDescription")),
            "rolePrivileges": as_list(body.get("rolePrivileges")),
            "isSystemRole": False,
            "isSuperAdminRole": False,
        }
        self._workspace.core.shelf("google.roles")[key] = row
        self._workspace.did("CREATE_ROLE", {"ROLE_NAME": name}, "DELEGATED_ADMIN_SETTINGS")
        return JsonAnswer(row)

    def _own_role(self, request: Request) -> JsonObject:
        self._check(request)
        found = self._workspace.core.shelf("google.roles").get(str(request.path_params["role"]))
        if found is None:
            raise words.not_found("roleId")
        return found

    async def _change_role(self, request: Request) -> Response:
        row, body = self._own_role(request), await json_object(request)
        names = ("roleName", "roleDescription", "rolePrivileges")
        row.update({name: body[name] for name in names if name in body})
        self._workspace.core.changed()
        return JsonAnswer(row)

    async def _remove_role(self, request: Request) -> Response:
        row = self._own_role(request)
        if any(
            each["roleId"] == row["roleId"] for each in self._workspace.core.shelf("google.role_assignments").values()
        ):
            raise words.refuse(412, "conditionNotMet", "The role is still assigned.")
        del self._workspace.core.shelf("google.roles")[as_text(row["roleId"])]
        self._workspace.did("DELETE_ROLE", {"ROLE_NAME": as_text(row["roleName"])}, "DELEGATED_ADMIN_SETTINGS")
        return Response(status_code=204)

    async def _privileges(self, request: Request) -> Response:
        self._check(request)
        rows: list[Json] = [
            {
                "kind": "admin#directory#privilege",
                "etag": f'"{name}"',
                "serviceId": _SERVICE,
                "serviceName": "admin_console",
                "privilegeName": name,
                "isOuScopable": True,
            }
            for name in _PRIVILEGES
        ]
        return JsonAnswer({"kind": "admin#directory#privileges", "etag": '"1"', "items": rows})

    # domains

    def _rows(self) -> dict[str, JsonObject]:
        aliases = self._workspace.core.shelf("google.domain_aliases").values()
        found: dict[str, JsonObject] = {}
        for name, row in {
            DOMAIN: domain_row(DOMAIN, verified=True, primary=True),
            **self._workspace.core.shelf("google.domains"),
        }.items():
            own: list[Json] = [alias for alias in aliases if alias["parentDomainName"] == name]
            found[name] = {**row, "domainAliases": own} if own else row
        return found

    async def _domains(self, request: Request) -> Response:
        self._check(request)
        rows: list[Json] = list(self._rows().values())
        return JsonAnswer({"kind": "admin#directory#domains", "etag": f'"{len(rows)}"', "domains": rows})

    async def _add_domain(self, request: Request) -> Response:
        self._check(request)
        name = as_text((await json_object(request)).get("domainName")).lower()
        if "." not in name:
            raise words.invalid("domainName")
        if name in self._rows() or name in self._workspace.core.shelf("google.domain_aliases"):
            raise words.duplicate()
        row = domain_row(name, verified=False)
        self._workspace.core.shelf("google.domains")[name] = row
        self._workspace.did("ADD_SECONDARY_DOMAIN", {"DOMAIN_NAME": name}, "DOMAIN_SETTINGS")
        return JsonAnswer(row)

    def _found(self, request: Request) -> JsonObject:
        self._check(request)
        found = self._rows().get(str(request.path_params["domain"]).lower())
        if found is None:
            raise words.refuse(404, "notFound", "Domain not found.")
        return found

    async def _domain(self, request: Request) -> Response:
        return JsonAnswer(self._found(request))

    async def _remove_domain(self, request: Request) -> Response:
        row = self._found(request)
        if row["isPrimary"] is True:
            raise words.refuse(412, "conditionNotMet", "The primary domain cannot be removed.")
        name, core = as_text(row["domainName"]), self._workspace.core
        held = [name for account in core.world.accounts.google for name in (account.login, *account.aliases)]
        for group in core.shelf("google.groups").values():
            held += [as_text(group["email"]), *texts(group["aliases"])]
        aliases = core.shelf("google.domain_aliases").values()
        if any(address.endswith(f"@{name}") for address in held) or any(
            alias["parentDomainName"] == name for alias in aliases
        ):
            text = "The domain is still in use: it has users, groups or aliases."
            raise words.refuse(412, "conditionNotMet", text)
        del core.shelf("google.domains")[name]
        self._workspace.did("REMOVE_SECONDARY_DOMAIN", {"DOMAIN_NAME": name}, "DOMAIN_SETTINGS")
        return Response(status_code=204)

    # their aliases

    async def _aliases(self, request: Request) -> Response:
        self._check(request)
        rows: list[Json] = list(self._workspace.core.shelf("google.domain_aliases").values())
        answer: JsonObject = {"kind": "admin#directory#domainAliases", "etag": f'"{len(rows)}"'}
        return JsonAnswer({**answer, "domainAliases": rows} if rows else answer)

    async def _add_alias(self, request: Request) -> Response:
        self._check(request)
        body = await json_object(request)
        name, parent = as_text(body.get("domainAliasName")).lower(), as_text(body.get("parentDomainName")) or DOMAIN
        if parent not in self._rows():
            raise words.refuse(404, "notFound", "Domain not found.")
        shelf = self._workspace.core.shelf("google.domain_aliases")
        taken = name in shelf or name in self._rows()
        if "." not in name or taken:
            raise words.duplicate() if taken else words.invalid("domainAliasName")
        shelf[name] = {
            "kind": "admin#directory#domainAlias",
            "etag": f'"{name}"',
            "domainAliasName": name,
            "parentDomainName": parent,
            "verified": True,
            "creationTime": DOMAIN_CREATED,
        }
        self._workspace.core.changed()
        return JsonAnswer(shelf[name])

    def _found_alias(self, request: Request) -> JsonObject:
        self._check(request)
        found = self._workspace.core.shelf("google.domain_aliases").get(str(request.path_params["domain"]).lower())
        if found is None:
            raise words.refuse(404, "notFound", "Domain alias not found.")
        return found

    async def _alias(self, request: Request) -> Response:
        return JsonAnswer(self._found_alias(request))

    async def _remove_alias(self, request: Request) -> Response:
        row = self._found_alias(request)
        del self._workspace.core.shelf("google.domain_aliases")[as_text(row["domainAliasName"])]
        self._workspace.core.changed()
        return Response(status_code=204)

    # the customer

    async def _customer(self, request: Request) -> Response:
        self._check(request)
        told = self._workspace.core.shelf("google.customer").get("told", {})
        address: JsonObject = {
            "organizationName": COMPANY,
            "countryCode": "US",
            "region": "WA",
            "locality": "Seattle",
            **as_object(told.get("postalAddress")),
        }
        return JsonAnswer(
            {
                "kind": "admin#directory#customer",
                "etag": '"1"',
                "id": CUSTOMER,
                "customerDomain": DOMAIN,
                "customerCreationTime": SEEDED_AT,
                "alternateEmail": f"office@{DOMAIN}",
                "language": "en",
                **told,
                "postalAddress": address,
            }
        )

    async def _change_customer(self, request: Request) -> Response:
        self._check(request)
        body = await json_object(request)
        told = self._workspace.core.shelf("google.customer").setdefault("told", {})
        names = ("alternateEmail", "language", "phoneNumber", "postalAddress")
        told.update({name: body[name] for name in names if name in body})
        self._workspace.core.changed()
        return await self._customer(request)
