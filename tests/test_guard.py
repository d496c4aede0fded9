"""Which URLs may be asked and which addresses connected to."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.guard import Target, local, refusal, target

PRIVATE = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"]


class TestRefusal:
    @pytest.mark.parametrize("address", [*PRIVATE, "168.63.129.16", "192.0.0.192", "198.18.0.1", "203.0.113.9"])
    def test_meets_every_address_that_is_not_the_public_internets(self, address: str) -> None:
        assert refusal(address)

    @pytest.mark.parametrize(
        "address", ["::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1", "fec0::1"]
    )
    def test_meets_them_in_ipv6_too(self, address: str) -> None:
        assert refusal(address)

    @pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::64", "172.15.0.1", "172.32.0.1"])
    def test_spares_public_ones(self, address: str) -> None:
        assert refusal(address) is None

    @given(st.integers(0, 2**32 - 1).map(IPv4Address))
    def test_of_an_ipv4_address_is_the_same_in_every_ipv6_dress(self, address: IPv4Address) -> None:
        number = int(address)
        dresses = [0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80, 0x2A00 << 112 | 0x5EFE << 32 | number]
        for dress in dresses:
            assert (refusal(str(IPv6Address(dress))) is None) == (refusal(str(address)) is None)

    @given(st.text(max_size=40))
    def test_of_what_is_no_address_is_certain(self, text: str) -> None:
        try:
            IPv4Address(text)
        except ValueError:
            try:
                IPv6Address(text.partition("%")[0])
            except ValueError:
                assert refusal(text) == "is not an address"


class TestLocal:
    @pytest.mark.parametrize("host", ["localhost", "feeds.localhost", "localhost.", "127.0.0.1", "[::1]", "10.0.0.1"])
    def test_names_of_this_machine_and_private_addresses_are_seen(self, host: str) -> None:
        assert local(host)

    @pytest.mark.parametrize("host", ["example.org", "1.1.1.1", "10.example.org", "[2606:4700::1111]", "notlocalhost"])
    def test_others_are_left_to_the_proxy(self, host: str) -> None:
        assert local(host) is None


class TestTarget:
    @pytest.mark.parametrize(
        ("url", "parts"),
        [
            ("http://example.org/feed?a=1#x", ("http://example.org/feed?a=1", "http", "example.org", 80)),
            (" HTTPS://Example.ORG ", ("https://example.org/", "https", "example.org", 443)),
            ("https://example.org:8443/", ("https://example.org:8443/", "https", "example.org", 8443)),
            ("http://example.org:80/", ("http://example.org/", "http", "example.org", 80)),
            ("http://[2001:DB8::1]:81/x", ("http://[2001:db8::1]:81/x", "http", "[2001:db8::1]", 81)),
            ("http://bücher.example/ö", ("http://xn--bcher-kva.example/%C3%B6", "http", "xn--bcher-kva.example", 80)),
            ("http://example.org/a b", ("http://example.org/a%20b", "http", "example.org", 80)),
            ("http://0x7f.1/", ("http://127.0.0.1/", "http", "127.0.0.1", 80)),
        ],
    )
    def test_takes_a_url_apart(self, url: str, parts: tuple[str, str, str, int]) -> None:
        assert target(url) == Target(*parts)

    def test_keeps_user_name_and_password_out_of_the_url(self) -> None:
        found = target("https://ann:a%40b@example.org/x")
        assert found is not None
        assert (found.url, found.username, found.password) == ("https://example.org/x", "ann", "a@b")

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "example.org",
            "file:///x",
            "ftp://x/",
            "http://",
            "http://h:99999/",
            "http://h:0/",
            "//x/y",
            "http://a b/",
            "http://h/" + "x" * 70_000,
        ],
    )
    def test_is_none_for_what_cannot_be_asked(self, url: str) -> None:
        assert target(url) is None

    @pytest.mark.parametrize(
        "url", ["http://good.example\\@evil.example/", "http://good.example%2f@evil.example/", "http://good.example#@evil.example/"]
    )
    def test_never_takes_the_user_name_for_the_host_or_the_other_way_round(self, url: str) -> None:
        found = target(url)
        assert found is None or (found.host, "evil" in found.url.partition("//")[2].partition("/")[0]) in (
            ("good.example", False),
            ("evil.example", True),
        )

    @given(st.text(max_size=60) | st.text(alphabet="htps:/.@[]%\\#?x1é \0", max_size=30).map("http://".__add__))
    def test_never_raises_and_its_url_means_itself(self, url: str) -> None:
        found = target(url)
        if found is not None:
            assert found.url.isascii()
            assert target(found.url) == found._replace(username=None, password=None)


class TestTrust:
    def test_is_for_the_same_server_and_its_move_to_tls(self) -> None:
        def trusts(one: str, other: str) -> bool:
            a, b = target(one), target(other)
            assert a is not None
            assert b is not None
            return a.trusts(b)

        assert trusts("http://a.example/x", "http://a.example/y")
        assert trusts("http://a.example/", "https://a.example/")
        assert not trusts("https://a.example/", "http://a.example/")
        assert not trusts("http://a.example/", "http://b.example/")
        assert not trusts("http://a.example/", "http://a.example:81/")
        assert not trusts("http://a.example:81/", "https://a.example/")
        assert not trusts("http://a.example/", "http://a.example.b.example/")
