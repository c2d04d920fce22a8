"""Where is a helpdesk, a store and slabot itself, and what do people write instead of the address?

Promise: an address that would only fail later is refused with the one that was meant.
"""

from __future__ import annotations

import ipaddress
import re

from slabot.policy.scalars import refuse
from slabot.policy.secrets import in_address

STORE_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg", "sqlite", "sqlite+pysqlite")
LISTEN = "127.0.0.1:8080"

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_HOST = re.compile(rf"{_LABEL.pattern}(?:\.{_LABEL.pattern})*")
_MAILBOX = re.compile(rf"[^\s@,;<>*]*@{_LABEL.pattern}(?:\.{_LABEL.pattern})+", re.IGNORECASE)
_ZENDESK, _FRESHDESK = ".zendesk.com", ".freshdesk.com"


def third_party(value: str) -> str:
    """Somebody who is neither of support nor a customer: one address, or ``@domain`` for everybody there."""
    text = value.strip()
    if _MAILBOX.fullmatch(text):
        return text.casefold()
    domain = text.removeprefix("*").removeprefix("@")
    if "," in text or (" " in text and text.count("@") > 1):
        fix = 'write a list, one each: [a@vendor.example, "@vendor.example"]'
    elif named := re.search(r"<([^<>\s]+@[^<>\s]+)>$", text):
        fix = f"write the address alone: {named[1]}"
    elif _HOST.fullmatch(host := host_in(domain)) and "." in host:
        fix = f'write "@{host}" for everybody there'
    else:
        fix = 'write an address such as help@vendor.example, or "@vendor.example" for everybody there'
    raise refuse("bad-third-party", f'"{value}" is neither an address nor a domain', fix)


def host_in(text: str) -> str:
    """The host name in what may be a whole web address, in small letters."""
    rest = re.sub(r"^\w+://", "", text.strip().lower())
    rest = re.split(r"[/?#\\]", rest.lstrip("/"))[0].rpartition("@")[2]
    return re.sub(r":\d*$", "", rest).strip(".")


def subdomain(value: str) -> str:
    """The name of a Zendesk account: ``acme``."""
    if _LABEL.fullmatch(value.lower()):
        return value.lower()
    host = host_in(value)
    name = host.removesuffix(_ZENDESK).removeprefix("www.")
    if host.endswith(_FRESHDESK):
        fix = f"write kind: freshdesk and domain: {host}; subdomains are Zendesk's"
    elif _LABEL.fullmatch(name):
        fix = f"write subdomain: {name}, the part before {_ZENDESK}"
    else:
        fix = f"write the part before {_ZENDESK} alone; an account has that address whatever its customers see"
    _refuse_secret(value, fix)
    raise refuse("bad-address", f'"{value}" is no subdomain of Zendesk', fix)


def freshdesk_domain(value: str) -> str:
    """The host name of a Freshdesk account: ``acme.freshdesk.com``."""
    host = host_in(value)
    if "." in value and value.lower() == host and _HOST.fullmatch(host) and not host.endswith((_ZENDESK, ".freshdesk")):
        return host
    if host.endswith(_ZENDESK):
        fix = f"write kind: zendesk and subdomain: {host.removesuffix(_ZENDESK)}"
    elif _HOST.fullmatch(host):
        whole = host if "." in host.removesuffix(".freshdesk") else host.removesuffix(".freshdesk") + _FRESHDESK
        fix = f"write domain: {whole}"
    else:
        fix = f"write the whole host name alone, as in acme{_FRESHDESK}"
    _refuse_secret(value, fix)
    raise refuse("bad-address", f'"{value}" is no host name of Freshdesk', fix)


def _refuse_secret(value: str, fix: str) -> None:
    if found := in_address(value):
        raise refuse("secret-in-file", f"this address holds {found}", fix)


def store_url(value: str) -> str:
    """The address of a database that slabot can keep its state in."""
    text = value.strip()
    scheme, colon, rest = text.partition("://")
    if "@" in text and ":" in text.split("@")[0].split("//")[-1]:
        return value  # a password; that is refused in words of its own
    if scheme.startswith("sqlite") and scheme in STORE_SCHEMES and colon:
        if ":memory:" in rest or "mode=memory" in rest or rest in ("", "/"):
            raise refuse(
                "store-address",
                "a store in memory forgets every page that was sent",
                'write url: "sqlite:///slabot.db"',
            )
        if rest.startswith("/~"):
            raise refuse(
                "store-address", '"~" is no home folder here, but a folder of that name', "write the whole path"
            )
        if rest.startswith("/") and "?" in rest:
            fix = f'write url: "{scheme}://{rest.partition("?")[0]}"'
            raise refuse("store-address", "an address of SQLite takes no options after its name", fix)
        if rest.startswith("/"):
            return value
    elif scheme in STORE_SCHEMES and colon:
        host, _, database = rest.split("?")[0].partition("/")
        if re.search(r":(?!\d*$)[^\]]*$", host.rpartition("@")[2]):
            fix = 'write a number, as in "postgresql://host:5432/slabot"; an IPv6 address stands in brackets'
            raise refuse("store-address", "what stands as the port is no number", fix)
        if database:
            return value
        raise refuse(
            "store-address",
            f'"{text}" names no database',
            f'write url: "{scheme}://{rest.split("?")[0].strip("/") or "localhost"}/slabot"',
        )
    raise refuse("store-address", "this is no address of a store", _store_meant(text))


def _store_meant(text: str) -> str:
    if variable := re.fullmatch(r"\$?\{?([A-Z][A-Z0-9_]*)\}?", text):
        return f"write url_env: {variable[1]}"
    path = re.sub(r"^(?:sqlite3?(?:\+\w+)?|file):(?://)?", "", text, flags=re.IGNORECASE).replace("\\", "/")
    if re.search(r"\.(?:db3?|sqlite3?|sqlitedb)$", path, re.IGNORECASE) and "://" not in path:
        named = re.sub(r"^/(?=[^/]+$)", "", re.sub(r"^\./", "", path)) if path != text else re.sub(r"^\./", "", path)
        return f'write url: "sqlite:///{named}"'
    if re.match(r"(?:jdbc:)?(?:postgres|pg|psql)", text, re.IGNORECASE):
        return 'write url: "postgresql://host/slabot", or url_env: DATABASE_URL where it holds a password'
    return 'write url: "sqlite:///slabot.db" for a file, or "postgresql://host/slabot"'


def channel_name(value: str) -> str:
    """A channel of Slack by its name or its id: ``#support``, ``C012AB3CD``."""
    text = value.strip()
    if linked := re.search(r"slack\.com/(?:archives|client/\w+)/([CG][A-Z0-9]{7,})", text):
        raise refuse("bad-destination", "this is a link to a channel", f"write its id alone: {linked[1]}")
    name = re.sub(r"\s+", "-", text.lstrip("# ").lower())
    if re.search(r"[\s,;:/@]", text):  # the text is not shown: it may be the address of a webhook, which is a secret
        fix = f'write channel: "#{name}"' if re.fullmatch(r"[\w-]+", name) else 'write channel: "#support", or its id'
        raise refuse("bad-destination", "no channel of Slack has such a name", fix)
    return value


def listening(value: object) -> object:
    """An address with a port: ``127.0.0.1:8080``."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return value  # the wrong kind of value, which is said elsewhere
    text = str(value).strip()
    host, _, port = text.rpartition(":")
    if isinstance(value, str) and host and port.isdecimal() and int(port) <= 65535 and not re.search(r"[/\s]", host):
        return value
    raise refuse("bad-address", f'"{text}" is no address to listen on', _listen_meant(text))


def network(value: object) -> object:
    """An address, or a network in the usual notation: ``10.0.0.5``, ``10.0.0.0/8``."""
    if not isinstance(value, str):
        return value
    try:
        return ipaddress.ip_network(value.strip())
    except ValueError:
        fix = 'write trusted_proxies: ["127.0.0.1"], or a network such as "10.0.0.0/8"'
        raise refuse("bad-address", f'"{value}" is no address of a machine and no network', fix) from None


def _listen_meant(text: str) -> str:
    if text.lower().startswith("https://"):
        return f'write listen: "{LISTEN}", and public_url: {text} for the address that others see'
    here = re.fullmatch(
        r"(?:http:/*|tcp:/*)?(?P<host>[\w.*-]*|\[[\da-fA-F:]+\])(?::?(?P<port>\d{1,5}))?/?", text, re.IGNORECASE
    )
    host, port = (here["host"], here["port"]) if here else ("", None)
    if host.isdecimal() and port is None:
        host, port = "", host
    number = port if port and 0 < int(port) <= 65535 else "8080"
    if host:
        return f'write listen: "{host}:{number}"'
    return f'write listen: "127.0.0.1:{number}", or "0.0.0.0:{number}" to be reached from other machines'
