"""Licences of the pretend Google Workspace account, and transfers of what a leaver owns.

Source: https://developers.google.com/workspace/admin/licensing/reference/rest/v1/licenseAssignments and
https://developers.google.com/workspace/admin/data-transfer/reference/rest/v1/transfers.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.products import PRODUCTS
from keyturn.sandbox.google.workspace import CUSTOMER, Workspace
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer

_APPLICATIONS: dict[str, tuple[str, str, list[str]]] = {
    "55656082996": ("Drive and Docs", "PRIVACY_LEVEL", ["SHARED", "PRIVATE"]),
    "435070579839": ("Calendar", "RELEASE_RESOURCES", ["TRUE"]),
    "810260081642": ("Looker Studio", "", []),
}


class LicenceDesk:
    """Answers `/apps/licensing/v1` and `/admin/datatransfer/v1`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        product = "/apps/licensing/v1/product/{product}"
        user, transfers = product + "/sku/{sku}/user", "/admin/datatransfer/v1"
        return [
            Route(product + "/users", self._list),
            Route(product + "/sku/{sku}/users", self._list),
            Route(user, self._insert, ["POST"]),
            Route(user + "/{key}", self._get),
            Route(user + "/{key}", self._change, ["PUT", "PATCH"]),
            Route(user + "/{key}", self._delete, ["DELETE"]),
            Route(transfers + "/applications", self._applications),
            Route(transfers + "/applications/{application}", self._application),
            Route(transfers + "/transfers", self._transfers),
            Route(transfers + "/transfers", self._transfer, ["POST"]),
            Route(transfers + "/transfers/{transfer}", self._get_transfer),
        ]

    # licences

    def _named(self, request: Request) -> tuple[str, str]:
        """Product and SKU of a path. Raises Refused (404)."""
        product, sku = str(request.path_params["product"]), str(request.path_params.get("sku", ""))
        if product not in PRODUCTS or (sku and sku not in PRODUCTS[product]):
            raise words.refuse(404, "notFound", "No such product or SKU.")
        return product, sku

    async def _list(self, request: Request) -> Response:
        product, sku = self._named(request)
        if "customerId" not in request.query_params:
            raise words.refuse(400, "required", "Required parameter: customerId")
        rows: list[JsonObject] = []
        for account in self._workspace.core.world.accounts.google:
            for row in self._held(account.id).values():
                held = as_object(row)
                if held["productId"] == product and (not sku or held["skuId"] == sku):
                    rows.append(_licence(held, account.login))
        frame: JsonObject = {"kind": "licensing#licenseAssignmentList"}
        return self._workspace.page(request, rows, frame, "items", 1000, 100, key="userId")

    def _held(self, user_id: str) -> JsonObject:
        return self._workspace.core.shelf("google.licences").setdefault(user_id, {})

    async def _insert(self, request: Request) -> Response:
        product, sku = self._named(request)
        account = self._workspace.find_user(as_text((await json_object(request)).get("userId")))
        held = self._held(account.id)
        if any(as_object(row)["productId"] == product for row in held.values()):
            raise words.refuse(412, "conditionNotMet", "User already has a license for the specified product and SKU")
        held[f"{product}/{sku}"] = {"productId": product, "skuId": sku}
        self._tell("USER_LICENSE_ASSIGNMENT", account.login, sku)
        return JsonAnswer(_licence(as_object(held[f"{product}/{sku}"]), account.login))

    def _found(self, request: Request) -> tuple[str, JsonObject, str]:
        product, sku = self._named(request)
        account = self._workspace.user(request)
        key = f"{product}/{sku}"
        if key not in self._held(account.id):
            raise words.refuse(404, "notFound", "User does not have a license for the specified sku and product")
        return account.login, self._held(account.id), key

    async def _get(self, request: Request) -> Response:
        login, held, key = self._found(request)
        return JsonAnswer(_licence(as_object(held[key]), login))

    async def _change(self, request: Request) -> Response:
        """Move a user to another SKU of the product."""
        login, held, key = self._found(request)
        product, _, old = key.partition("/")
        sku = as_text((await json_object(request)).get("skuId")) or old
        if sku not in PRODUCTS[product]:
            raise words.refuse(404, "notFound", "No such product or SKU.")
        del held[key]
        held[f"{product}/{sku}"] = {"productId": product, "skuId": sku}
        self._tell("USER_LICENSE_REASSIGNMENT", login, sku)
        return JsonAnswer(_licence(as_object(held[f"{product}/{sku}"]), login))

    async def _delete(self, request: Request) -> Response:
        login, held, key = self._found(request)
        del held[key]
        self._tell("USER_LICENSE_REVOKE", login, key.partition("/")[2])
        return JsonAnswer({})

    def _tell(self, name: str, login: str, sku: str) -> None:
        self._workspace.did(name, {"USER_EMAIL": login, "NEW_VALUE": sku}, "LICENSES_SETTINGS")

    # transfers

    async def _applications(self, request: Request) -> Response:
        rows: list[Json] = [_application(key) for key in _APPLICATIONS]
        answer: JsonObject = {"kind": "admin#datatransfer#applicationsList", "etag": '"1"'}
        return JsonAnswer({**answer, "applications": rows})

    async def _application(self, request: Request) -> Response:
        key = str(request.path_params["application"])
        if key not in _APPLICATIONS:
            raise words.not_found("applicationId")
        return JsonAnswer(_application(key))

    async def _transfer(self, request: Request) -> Response:
        body = await json_object(request)
        owners = [as_text(body.get(name)) for name in ("oldOwnerUserId", "newOwnerUserId")]
        ids = {account.id for account in self._workspace.core.world.accounts.google}
        if any(owner not in ids for owner in owners) or owners[0] == owners[1]:
            raise words.invalid("oldOwnerUserId and newOwnerUserId must be ids of two users")
        moved = [as_object(row) for row in as_list(body.get("applicationDataTransfers"))]
        if not moved or any(str(row.get("applicationId")) not in _APPLICATIONS for row in moved):
            raise words.invalid("applicationDataTransfers")
        for row in moved:
            _check_parameters(row)
        key = self._workspace.core.ids.word(30)
        rows: list[Json] = [
            {**row, "applicationId": str(row["applicationId"]), "applicationTransferStatus": "inProgress"}
            for row in moved
        ]
        row: JsonObject = {
            "kind": "admin#datatransfer#DataTransfer",
            "etag": f'"{key}"',
            "id": key,
            "oldOwnerUserId": owners[0],
            "newOwnerUserId": owners[1],
            "applicationDataTransfers": rows,
            "overallTransferStatusCode": "inProgress",
            "requestTime": self._workspace.core.now(),
        }
        self._workspace.core.shelf("google.transfers")[key] = row
        self._workspace.did(
            "CREATE_DATA_TRANSFER_REQUEST", {"USER_EMAIL": owners[0], "DESTINATION_USER_EMAIL": owners[1]}
        )
        return JsonAnswer(row)

    async def _get_transfer(self, request: Request) -> Response:
        """A transfer is in progress when it is asked for, and completed when somebody looks."""
        key = str(request.path_params["transfer"])
        found = self._workspace.core.shelf("google.transfers").get(key)
        if found is None:
            raise words.not_found("dataTransferId")
        self._complete(found)
        return JsonAnswer(found)

    def _complete(self, row: JsonObject) -> None:
        row["overallTransferStatusCode"] = "completed"
        moved: list[Json] = [
            {**as_object(each), "applicationTransferStatus": "completed"}
            for each in as_list(row["applicationDataTransfers"])
        ]
        row["applicationDataTransfers"] = moved
        self._workspace.core.changed()

    async def _transfers(self, request: Request) -> Response:
        params = request.query_params
        rows = list(self._workspace.core.shelf("google.transfers").values())
        for name in ("oldOwnerUserId", "newOwnerUserId"):
            if name in params:
                rows = [row for row in rows if row[name] == params[name]]
        if "customerId" in params:
            self._workspace.check_customer(params["customerId"])
        frame: JsonObject = {"kind": "admin#datatransfer#dataTransfersList"}
        return self._workspace.page(request, rows, frame, "dataTransfers", 500, 100)


def _check_parameters(row: JsonObject) -> None:
    """Raise Refused (400) for what an application does not let one choose of what is moved."""
    _, known, values = _APPLICATIONS[str(row["applicationId"])]
    for given in map(as_object, as_list(row.get("applicationTransferParams"))):
        if not known or given.get("key") != known or any(value not in values for value in as_list(given.get("value"))):
            raise words.invalid(f"applicationTransferParams: {as_text(given.get('key'))}")


def _application(key: str) -> JsonObject:
    name, parameter, values = _APPLICATIONS[key]
    row: JsonObject = {"kind": "admin#datatransfer#ApplicationResource", "etag": f'"{key}"', "id": key, "name": name}
    if parameter:
        row["transferParams"] = [{"key": parameter, "value": list(values)}]
    return row


def _licence(row: JsonObject, login: str) -> JsonObject:
    product, sku = as_text(row["productId"]), as_text(row["skuId"])
    names = PRODUCTS[product][sku]
    own = f"https://licensing.googleapis.com/apps/licensing/v1/product/{product}/sku/{sku}/user/{login}"
    return {
        "kind": "licensing#licenseAssignment",
        "etags": f'"{sku}-{CUSTOMER}"',
        "selfLink": own,
        "userId": login,
        "productId": product,
        "skuId": sku,
        "productName": names[0],
        "skuName": names[1],
    }
