"""Every kind of OAuth connection, from end to end: Keyturn's own HTTP client before the sandbox's token services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from support_vendors import (
    ADMIN,
    GOOGLE,
    VENDORS,
    Company,
    Installation,
    Vendor,
    company,
    installation,
    private_key,
)

from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.problems import ConnectionProblem
from keyturn.connections.sign_in import SignInRefused
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import Values

OKTA, GRAPH, WORKSPACE, SLACK = (VENDORS[name] for name in ("okta", "graph", "google", "slack"))
ALL = pytest.mark.parametrize("vendor", [pytest.param(one, id=name) for name, one in VENDORS.items()])
KEY = private_key()


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[Company]:
    async with company() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def keyturn(there: Company) -> Installation:
    return await installation(there)


async def failed(keyturn: Installation, vendor: Vendor, card: str = "", inputs: Values | None = None) -> Failed:
    outcome = await keyturn.act(vendor, card, inputs)
    assert isinstance(outcome, Failed), outcome
    return outcome


async def works(keyturn: Installation, vendor: Vendor) -> None:
    outcome = await keyturn.act(vendor)
    assert isinstance(outcome, Done), outcome


def account(email: str = "robot@project.example") -> str:
    fields = {"type": "service_account", "client_email": email, "private_key": KEY, "private_key_id": "k1"}
    return orjson.dumps(fields).decode()


def with_certificate(keyturn: Installation, days: int) -> str:
    """A key with a certificate that ends in so many days."""
    key = serialization.load_pem_private_key(KEY.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keyturn")])
    ends = keyturn.clock.now() + timedelta(days=days)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(ends - timedelta(days=400)).not_valid_after(ends)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode() + KEY


async def service(keyturn: Installation, kind: AuthKind, **changes: str) -> tuple[Vendor, Connection]:
    """A connection without a person."""
    okta, graph = keyturn.urls["okta"], keyturn.urls["graph"]
    default = "https://graph.microsoft.com/.default"
    match kind:
        case AuthKind.OAUTH_CLIENT_CREDENTIALS:
            vendor, secrets = GRAPH, {"client_secret": graph["client_secret"]}
            settings = {"token_url": graph["token_url"], "client_id": graph["client_id"], "scope": default}
        case AuthKind.OAUTH_CLIENT_ASSERTION:
            vendor, secrets = OKTA, {"private_key": KEY}
            settings = {"token_url": okta["token_url"], "client_id": okta["client_id"], "scope": OKTA.scope}
        case _:
            vendor, secrets = WORKSPACE, {"service_account_key": account()}
            settings = {"token_url": keyturn.urls["google"]["token_url"], "subject": ADMIN, "scope": WORKSPACE.scope}
    secrets |= {name: value for name, value in changes.items() if name in secrets}
    settings |= {name: value for name, value in changes.items() if name not in secrets}
    return vendor, await keyturn.connect(vendor, kind, settings, secrets)


SERVICES = (AuthKind.OAUTH_CLIENT_CREDENTIALS, AuthKind.OAUTH_CLIENT_ASSERTION, AuthKind.OAUTH_JWT_BEARER)


@pytest.mark.parametrize("kind", SERVICES)
async def test_a_service_has_tokens_without_a_person(keyturn: Installation, kind: AuthKind) -> None:
    vendor, _ = await service(keyturn, kind)
    for _ in range(2):
        await works(keyturn, vendor)
    assert await keyturn.asked_for_tokens(vendor) == 1
    keyturn.clock.seconds += 3_000  # after four fifths of an hour
    await works(keyturn, vendor)
    assert await keyturn.asked_for_tokens(vendor) == 2


async def test_an_app_shows_its_secret_by_http_basic(keyturn: Installation) -> None:
    vendor, _ = await service(keyturn, AuthKind.OAUTH_CLIENT_CREDENTIALS, client_auth="basic")
    await works(keyturn, vendor)


async def test_a_certificate_stands_for_a_secret(keyturn: Installation) -> None:
    graph = keyturn.urls["graph"]
    settings = {"token_url": graph["token_url"], "client_id": graph["client_id"], "scope": "https://x/.default"}
    secrets = {"private_key": with_certificate(keyturn, 30)}
    await keyturn.connect(GRAPH, AuthKind.OAUTH_CLIENT_ASSERTION, settings, {"private_key": KEY})
    alone = await failed(keyturn, GRAPH)
    assert "the certificate" in alone.error.mend, "Microsoft finds the key by it"
    await keyturn.connect(GRAPH, AuthKind.OAUTH_CLIENT_ASSERTION, settings, secrets)
    await works(keyturn, GRAPH)


@ALL
async def test_a_person_signs_in_and_their_token_is_renewed(keyturn: Installation, vendor: Vendor) -> None:
    await keyturn.person(vendor)
    first = await failed(keyturn, vendor)
    assert (first.error.code, first.not_sent) == ("needs-sign-in", True)
    assert await keyturn.sign_in(vendor) == vendor.tenant
    await works(keyturn, vendor)
    assert await keyturn.asked_for_tokens(vendor) == 1
    keyturn.clock.seconds += 40_000  # more than four fifths of a token's life, Slack's included
    await works(keyturn, vendor)
    keyturn.clock.seconds += 40_000
    await works(keyturn, vendor)
    assert await keyturn.asked_for_tokens(vendor) == 3, "a code, then two refresh tokens"


async def test_a_person_signs_in_to_microsoft_with_the_scope_that_stands_there_by_default(
    keyturn: Installation,
) -> None:
    connector = keyturn.registry.connector("office365")
    assert connector is not None
    default = connector.model.defaults["scope"]
    await keyturn.allow(GRAPH, "User.Read.All", "Device.Read.All", "offline_access")
    connection = await keyturn.person(GRAPH, scope=default)
    assert connection.settings["scope"] == "https://graph.microsoft.com/.default offline_access"
    assert await keyturn.sign_in(GRAPH) == "graph"
    for _ in range(2):
        await works(keyturn, GRAPH)
        authorised = await keyturn.authoriser.authorise("graph")
        assert authorised.scopes == ("Device.Read.All", "User.Read.All"), "what the app has been allowed"
        keyturn.clock.seconds += 40_000
    assert await keyturn.asked_for_tokens(GRAPH) == 2
    await keyturn.person(replace(GRAPH, offline=""), scope=default)
    await keyturn.sign_in(GRAPH)
    await works(keyturn, GRAPH)
    await keyturn.allow(GRAPH, "Device.Read.All", "offline_access")
    await keyturn.sign_in(GRAPH)
    refused = await failed(keyturn, GRAPH)
    assert (refused.status, "User.Read.All" in refused.error.mend) == (403, True)


async def test_a_token_that_was_revoked_before_its_time_is_replaced(keyturn: Installation) -> None:
    connection = await keyturn.person(OKTA)
    await keyturn.sign_in(OKTA)
    kept = await keyturn.tokens.look(connection, keyturn.authoriser.secrets(connection))
    assert kept is not None
    await keyturn.form(keyturn.urls["okta"]["revoke_url"], {"token": kept.access})
    await works(keyturn, OKTA)
    assert await keyturn.asked_for_tokens(OKTA) == 2


@ALL
async def test_a_consent_that_was_taken_back_is_asked_for_again(keyturn: Installation, vendor: Vendor) -> None:
    await keyturn.person(vendor)
    await keyturn.sign_in(vendor)
    await works(keyturn, vendor)
    await keyturn.control("DELETE", f"/consents/{vendor.tenant}")
    for _ in range(2):
        told = (await failed(keyturn, vendor)).error
        assert told.code == "needs-sign-in"
        assert "must be signed in" in told.message
        assert f"keyturn connections sign-in {vendor.tenant}" in told.mend
    await keyturn.sign_in(vendor)
    await works(keyturn, vendor)


@ALL
async def test_a_missing_scope_is_named_with_the_place_to_add_it(keyturn: Installation, vendor: Vendor) -> None:
    await keyturn.person(vendor, vendor.other)
    await keyturn.sign_in(vendor)
    told = (await failed(keyturn, vendor)).error
    assert told.status == 403 or told.message.startswith("Slack refused: missing_scope")
    assert f"The connection lacks {vendor.scope}" in told.mend
    assert "sign in again" in told.mend


@ALL
async def test_a_person_may_say_no(keyturn: Installation, vendor: Vendor) -> None:
    await keyturn.person(vendor)
    with pytest.raises(SignInRefused, match="access_denied"):
        await keyturn.sign_in(vendor, "deny")


@ALL
async def test_a_scope_that_no_administrator_allows_ends_the_sign_in(keyturn: Installation, vendor: Vendor) -> None:
    await keyturn.person(vendor)
    await keyturn.allow(vendor, vendor.other)
    with pytest.raises(SignInRefused, match="invalid_scope"):
        await keyturn.sign_in(vendor)


@pytest.mark.parametrize("vendor", [OKTA, WORKSPACE, SLACK], ids=["okta", "google", "slack"])
async def test_signing_out_ends_what_was_given(keyturn: Installation, vendor: Vendor) -> None:
    connection = await keyturn.person(vendor)
    await keyturn.sign_in(vendor)
    kept = await keyturn.tokens.look(connection, keyturn.authoriser.secrets(connection))
    assert kept is not None
    await keyturn.sign_ins.end(vendor.tenant)
    assert (await failed(keyturn, vendor)).error.code == "needs-sign-in"
    form = {"grant_type": "refresh_token", "refresh_token": kept.refresh, "client_id": connection.settings["client_id"]}
    secret = keyturn.urls[vendor.tenant]["client_secret"]
    answer = await keyturn.form(connection.settings["token_url"], {**form, "client_secret": secret})
    assert any(code in answer.body for code in (b"invalid_grant", b"invalid_refresh_token"))


WRONG = [
    # kind, what is wrong, what is said, what to do
    (AuthKind.OAUTH_CLIENT_CREDENTIALS, {"client_secret": "wrong"}, "AADSTS7000215", "not its Secret ID"),
    (AuthKind.OAUTH_CLIENT_CREDENTIALS, {"client_id": "nobody"}, "AADSTS700016", "client id and directory"),
    (AuthKind.OAUTH_CLIENT_CREDENTIALS, {"client_auth": "basic", "client_secret": "x&y"}, "AADSTS7000215", "Secret ID"),
    (AuthKind.OAUTH_CLIENT_CREDENTIALS, {"scope": "User.Read"}, "invalid_scope", "scope of the connection"),
    (AuthKind.OAUTH_CLIENT_ASSERTION, {"client_id": "nobody"}, "invalid_client", "client id and secret or key"),
    (AuthKind.OAUTH_CLIENT_ASSERTION, {"audience": "https://x.example"}, "audience", "client id and secret or key"),
    (AuthKind.OAUTH_CLIENT_ASSERTION, {"scope": "users"}, "invalid_scope", "scope of the connection"),
    (AuthKind.OAUTH_CLIENT_ASSERTION, {"private_key": "potato"}, "cannot be used", "RSA or EC private key"),
    (AuthKind.OAUTH_JWT_BEARER, {"subject": "nobody@northwind.example"}, "Invalid email", "the connection's subject"),
    (AuthKind.OAUTH_JWT_BEARER, {"subject": ""}, "unauthorized_client", "the connection's subject"),
    (AuthKind.OAUTH_JWT_BEARER, {"service_account_key": "{}"}, "no key file", "give the whole file"),
]


@pytest.mark.parametrize(("kind", "changes", "said", "mend"), WRONG)
async def test_wrong_credentials_are_told(
    keyturn: Installation, kind: AuthKind, changes: dict[str, str], said: str, mend: str
) -> None:
    vendor, _ = await service(keyturn, kind, **changes)
    told = await failed(keyturn, vendor)
    assert said in told.error.message, told.error
    assert mend in told.error.mend, told.error
    assert told.error.field == "connection"
    assert not told.try_again
    assert not any(value in told.error.message for name, value in changes.items() if name == "client_secret")


async def test_a_wrong_directory_is_told(keyturn: Installation) -> None:
    right = keyturn.urls["graph"]["token_url"]
    wrong = right.replace(keyturn.urls["graph"]["tenant_id"], "contoso.example")
    vendor, _ = await service(keyturn, AuthKind.OAUTH_CLIENT_CREDENTIALS, token_url=wrong)
    told = (await failed(keyturn, vendor)).error
    assert "Tenant 'contoso.example' not found" in told.message
    assert "Directory (tenant) ID" in told.mend


@pytest.mark.parametrize(("path", "status"), [("/oauth2/v1/tokens", 404), ("/nothing", 401)])
async def test_an_address_without_a_token_service_is_told(keyturn: Installation, path: str, status: int) -> None:
    wrong = keyturn.urls["okta"]["base_url"] + path
    vendor, _ = await service(keyturn, AuthKind.OAUTH_CLIENT_ASSERTION, token_url=wrong)
    told = await failed(keyturn, vendor)
    assert str(status) in told.error.message
    assert "token address" in told.error.mend
    assert not told.try_again


async def test_a_certificate_that_has_ended_is_told_before_anything_is_sent(keyturn: Installation) -> None:
    secrets = with_certificate(keyturn, -1)
    vendor, _ = await service(keyturn, AuthKind.OAUTH_CLIENT_ASSERTION, private_key=secrets)
    told = (await failed(keyturn, vendor)).error
    assert told.code == "certificate-ended"
    assert "put both into the connection" in told.mend
    assert await keyturn.asked_for_tokens(vendor) == 0


async def test_scopes_that_were_not_granted_to_a_service_are_told(keyturn: Installation) -> None:
    vendor, _ = await service(keyturn, AuthKind.OAUTH_CLIENT_ASSERTION)
    await keyturn.allow(OKTA, "okta.groups.read")
    told = (await failed(keyturn, vendor)).error
    assert "consent_required You are not allowed any of the requested scopes" in told.message
    assert told.mend.startswith("Grant the scopes")
    vendor, _ = await service(keyturn, AuthKind.OAUTH_JWT_BEARER)
    await keyturn.allow(WORKSPACE, f"{GOOGLE}apps.licensing")
    assert "client not authorized for any of the scopes" in (await failed(keyturn, vendor)).error.message


async def test_a_service_that_lacks_a_permission_is_told_which(keyturn: Installation) -> None:
    vendor, _ = await service(keyturn, AuthKind.OAUTH_CLIENT_CREDENTIALS)
    await keyturn.allow(GRAPH, "Device.Read.All")
    told = (await failed(keyturn, vendor)).error
    assert "Authorization_RequestDenied" in told.message
    assert "The connection lacks User.Read.All. In the Microsoft Entra admin centre" in told.mend


async def test_a_request_of_ones_own_tells_what_the_app_asks_for(keyturn: Installation) -> None:
    await keyturn.person(OKTA, "okta.groups.read")
    await keyturn.sign_in(OKTA)
    told = (await failed(keyturn, OKTA, "custom_api_action", {"url": "/api/v1/users"})).error
    assert "The connection lacks okta.users.read" in told.mend


async def test_an_administrators_token_is_not_told_of_scopes(keyturn: Installation) -> None:
    secrets = {"token": keyturn.urls["okta"]["token"]}
    await keyturn.connect(OKTA, AuthKind.BEARER, {"prefix": "SSWS"}, secrets)
    await keyturn.control("POST", "/faults", {"tenant": "okta", "fault": "403"})
    told = (await failed(keyturn, OKTA)).error
    assert told.status == 403
    assert "okta.users.read" not in told.mend


@ALL
async def test_many_callers_and_processes_use_a_refresh_token_once(keyturn: Installation, vendor: Vendor) -> None:
    connection = await keyturn.person(vendor)
    await keyturn.sign_in(vendor)
    keyturn.clock.seconds += 40_000
    secrets = keyturn.authoriser.secrets(connection)
    processes = [keyturn.process() for _ in range(5)]
    found = await asyncio.gather(*(one.get(connection, secrets) for one in processes for _ in range(10)))
    assert len({token.access for token in found}) == 1
    assert await keyturn.asked_for_tokens(vendor) == 2, "the code, and one refresh token"


async def test_a_refused_connection_cannot_be_had(keyturn: Installation) -> None:
    vendor, _ = await service(keyturn, AuthKind.OAUTH_CLIENT_CREDENTIALS, client_secret="wrong")
    with pytest.raises(ConnectionProblem) as problem:
        await keyturn.authoriser.authorise(vendor.tenant)
    assert problem.value.code == "no-token"
