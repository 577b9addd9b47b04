"""Where requests may go: the rule itself, and that connections really obey it."""

from __future__ import annotations

import asyncio
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keyturn.http import (
    BadEgressEntry,
    ConnectFailed,
    EgressDenied,
    EgressRules,
    HttpClient,
    HttpSettings,
    NotSent,
    Request,
    Timeouts,
)

CLOSED = EgressRules.parse()
PRIVATE_V4 = [
    IPv4Network(text)
    for text in re.findall(
        r"\S+",
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.168.0.0/16 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4",
    )
]
private_v4 = st.sampled_from(PRIVATE_V4).flatmap(
    lambda net: st.integers(int(net.network_address), int(net.broadcast_address)).map(IPv4Address)
)
any_v4 = st.integers(0, 2**32 - 1).map(IPv4Address)
WRAPPERS = {
    "mapped": lambda v4: IPv6Address(0xFFFF << 32 | int(v4)),
    "compatible": lambda v4: IPv6Address(int(v4)),
    "nat64": lambda v4: IPv6Address(int(IPv6Address("64:ff9b::")) | int(v4)),
    "nat64 local": lambda v4: IPv6Address(int(IPv6Address("64:ff9b:1::")) | int(v4)),
    "6to4": lambda v4: IPv6Address(0x2002 << 112 | int(v4) << 80 | 1),
}


@given(private_v4, st.sampled_from(sorted(WRAPPERS)))
def test_no_private_address_in_any_wrapping(v4, wrapper):
    assert CLOSED.judge_address("", 443, v4)
    assert CLOSED.judge_address("app.example", 443, WRAPPERS[wrapper](v4))


@given(any_v4)
def test_what_python_calls_private_is_closed(v4):
    if not v4.is_global or v4.is_multicast:
        assert CLOSED.judge_address("", 443, v4)


@given(any_v4)
def test_the_rule_for_wrapped_addresses_is_that_of_the_inner_one(v4):
    inner = CLOSED.judge_address("", 443, v4) is None
    for wrapper in ("mapped", "nat64", "6to4"):
        assert (CLOSED.judge_address("", 443, WRAPPERS[wrapper](v4)) is None) == inner


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_ipv6_outside_global_unicast_is_closed(v6):
    inside = v6.ipv4_mapped or v6 in ip_network("64:ff9b::/96")
    if not inside and int(v6) >> 125 != 1:
        assert CLOSED.judge_address("", 443, v6)


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_open(text):
    assert CLOSED.judge_address("", 443, ip_address(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "100::1",
        "64:ff9b:1::1",
        "168.63.129.16",
        "100.100.100.200",
        "255.255.255.255",
        "::127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_special_addresses_are_closed(text):
    denial = CLOSED.judge_address("", 443, ip_address(text))
    assert denial is not None
    assert denial.what
    assert denial.mend


@pytest.mark.parametrize(
    ("entry", "host", "port", "address", "opened"),
    [
        ("127.0.0.1", "", 80, "127.0.0.1", True),
        ("127.0.0.1", "", 80, "127.0.0.2", False),
        ("127.0.0.1", "", 80, "::ffff:127.0.0.1", True),
        ("127.0.0.1:8080", "", 8080, "127.0.0.1", True),
        ("127.0.0.1:8080", "", 8081, "127.0.0.1", False),
        ("10.0.0.0/8", "any.example", 1, "10.9.9.9", True),
        ("10.0.0.0/8:443", "", 80, "10.9.9.9", False),
        ("[fd00::1]:80", "", 80, "fd00::1", True),
        ("fd00::/8", "", 80, "fd12::1", True),
        ("fe80::/10", "", 80, "fe80::1%eth0", True),
        ("::1", "", 80, "127.0.0.1", False),
        ("*.corp.example", "a.b.corp.example", 80, "10.0.0.1", True),
        ("*.corp.example", "A.corp.example.".lower(), 80, "10.0.0.1", True),
        ("*.corp.example", "corp.example", 80, "10.0.0.1", False),
        ("*.corp.example", "evilcorp.example", 80, "10.0.0.1", False),
        ("corp.example", "corp.example", 80, "127.0.0.1", True),
        ("corp.example", "a.corp.example", 80, "127.0.0.1", False),
        ("corp.example:8443", "corp.example", 443, "127.0.0.1", False),
        ("corp.example:8443", "corp.example", 8443, "127.0.0.1", True),
        ("Bücher.example", "xn--bcher-kva.example", 80, "10.0.0.1", True),
        ("*.corp.example", "a.corp.example", 80, "169.254.169.254", False),
        ("corp.example", "corp.example", 80, "0.0.0.0", False),
        ("0.0.0.0/0", "", 80, "169.254.169.254", False),
        ("::/0", "", 80, "fd00:ec2::254", False),
        ("169.254.169.254", "", 80, "169.254.169.254", True),
    ],
)
def test_allow_entries_open_what_they_name(entry, host, port, address, opened):
    rules = EgressRules.parse(allow=[entry])
    assert (rules.judge_address(host, port, ip_address(address)) is None) == opened


def test_a_deny_entry_wins():
    rules = EgressRules.parse(allow=["10.0.0.0/8"], deny=["10.1.0.0/16", "bad.example", "8.8.8.8", "*.ads.example:80"])
    assert rules.judge_address("", 80, ip_address("10.0.0.1")) is None
    assert rules.judge_address("", 80, ip_address("10.1.0.1"))
    assert rules.judge_address("", 80, ip_address("64:ff9b::808:808"))
    assert rules.judge_host("bad.example.", 80)
    assert rules.judge_host("x.ads.example", 80)
    assert rules.judge_host("x.ads.example", 443) is None


@pytest.mark.parametrize(
    "entry",
    [
        "",
        " ",
        "*",
        "*.",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "http://a.example",
        "a.example:0",
        "a.example:70000",
        "a:b",
        "127.1",
        "0x7f000001",
        "2130706433",
        "[::1",
        "[::1]x",
        "a..b",
        "-a.example",
        "a b",
        "*.*.example",
        "1.2.3.4:٣",
    ],
)
def test_entries_that_cannot_be_read_say_why(entry):
    with pytest.raises(BadEgressEntry) as caught:
        HttpClient(HttpSettings(allow=(entry,)))
    assert caught.value.entry == entry
    assert caught.value.what
    assert caught.value.mend


def test_an_address_beyond_its_network_gets_a_proposal():
    with pytest.raises(BadEgressEntry, match=r"10\.0\.0\.0/8"):
        EgressRules.parse(["10.0.0.1/8"])


class Script:
    """Answers look-ups with the given lists, one after the other, the last one for good."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def resolve(self, host, port):
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "[::1]",
        "127.0.0.1.",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "１２７.0.0.1",
        "0.0.0.0",
        "0",
        "[::]",
        "169.254.169.254",
        "2852039166",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
async def test_literal_hosts_are_closed_whatever_their_spelling(client, host):
    resolver = Script(["127.0.0.1"])
    with pytest.raises(EgressDenied):
        await client(allow=(), resolver=resolver).send(Request("GET", f"http://{host}:8080/?token=1"))
    assert resolver.asked == []


class Nobody:
    async def resolve(self, host, port):
        raise OSError("nobody")


@example("http://[]@")
@given(st.one_of(st.text(), st.text(alphabet="htps:/.@[]?#%\\\\1270x").map(lambda text: f"http://{text}")))
def test_whatever_stands_in_a_url_it_is_answered_with_an_error_of_ours(text):
    async def send():
        http = HttpClient(HttpSettings(timeouts=Timeouts(connect_s=0.01)), resolver=Nobody())
        try:
            with pytest.raises(NotSent):
                await http.send(Request("GET", text))
        finally:
            await http.aclose()

    asyncio.run(send())


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "fe80::1%lo", "::ffff:10.0.0.1"]
)
async def test_names_are_judged_by_their_addresses(client, address):
    with pytest.raises(EgressDenied) as caught:
        await client(allow=(), resolver=Script([address])).send(
            Request("POST", "http://app.example/?t=s3cret", body=b"x")
        )
    assert "app.example" in caught.value.what
    assert "s3cret" not in str(caught.value)


async def test_localhost_is_closed_with_the_system_resolver(serve, client):
    server = await serve()
    with pytest.raises(EgressDenied):
        await client(allow=()).send(Request("GET", f"http://localhost:{server.port}/"))
    assert server.connections == 0


async def test_the_connection_goes_to_the_address_that_was_checked(serve, client):
    """DNS rebinding: the second look-up would say 127.0.0.1; there is none."""
    server = await serve()
    resolver = Script(["127.0.0.2"], ["127.0.0.1"])
    http = client(allow=("127.0.0.2",), resolver=resolver, connect_s=1)
    with pytest.raises(ConnectFailed):  # nothing listens on 127.0.0.2
        await http.send(Request("GET", f"http://rebind.example:{server.port}/"))
    assert len(resolver.asked) == 1
    assert server.connections == 0


async def test_a_name_that_turns_private_is_denied_on_the_next_connection(serve, client):
    server = await serve()
    resolver = Script(["127.0.0.1"], ["10.0.0.1"])
    http = client(resolver=resolver)
    url = f"http://turns.example:{server.port}/"
    assert (await http.send(Request("GET", url))).status == 200
    other = client(resolver=resolver)
    with pytest.raises(EgressDenied):
        await other.send(Request("GET", url))


async def test_only_the_allowed_addresses_of_a_name_are_used(serve, client):
    server = await serve()
    http = client(resolver=Script(["10.0.0.1", "127.0.0.1", "no address"]))
    assert (await http.send(Request("GET", f"http://mixed.example:{server.port}/"))).status == 200


async def test_a_name_on_the_allow_list_may_be_local(serve, client):
    server = await serve()
    http = client(allow=("*.corp.example",), resolver=Script(["127.0.0.1"]))
    assert (await http.send(Request("GET", f"http://app.corp.example:{server.port}/"))).status == 200
    assert server.seen[0].header("Host") == f"app.corp.example:{server.port}"
    with pytest.raises(EgressDenied):
        await http.send(Request("GET", f"http://app.other.example:{server.port}/"))
