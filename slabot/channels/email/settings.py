"""Read the policy's mail server and sender, and check them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from email.utils import parseaddr

from slabot.channels.errors import SettingError
from slabot.channels.settings import Secret, is_loopback, is_mail_address
from slabot.policy import Mail
from slabot.policy.channels import Encryption


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server and the sender.

    Attributes:
        sender: the address that mails are from: ``slabot@acme.example`` or ``slabot <slabot@acme.example>``.
        encryption: `Encryption.NONE` is for a server on this machine only.
        username, password: None where the server asks for no login.
        trusts: whose certificates are good; those of the machine if None.
    """

    host: str
    port: int
    sender: str
    encryption: Encryption = Encryption.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    trusts: ssl.SSLContext | None = None


def mail_settings(mail: Mail, secret: Secret) -> MailSettings | None:
    """The settings of a policy; None where a variable of the login is not set."""
    username = password = None
    if mail.username_env is not None and mail.password_env is not None:
        username = secret(mail.username_env, "email.username_env")
        password = secret(mail.password_env, "email.password_env")
        if not username or not password:
            return None
    return MailSettings(
        host=mail.host,
        port=mail.port,
        sender=mail.from_,
        encryption=mail.tls,
        username=username,
        password=password,
    )


def sender_of(text: str) -> tuple[str, str]:
    """Name and address.

    Raises:
        SettingError: it is no address.
    """
    name, address = parseaddr(text)
    if not is_mail_address(address) or not text.isprintable():
        raise SettingError("email.from is no mail address", "write it like slabot@acme.example")
    return name, address


def check(settings: MailSettings) -> None:
    """Refuse a login that is half given, or mail that would leave the machine unencrypted.

    Raises:
        SettingError: as said.
    """
    if settings.encryption is Encryption.NONE and not is_loopback(settings.host):
        raise SettingError(
            f"email.tls: {settings.host} would get pages unencrypted",
            "write starttls or tls; none is accepted for this machine only",
        )
    if (settings.username is None) != (settings.password is None):
        raise SettingError("email: a login needs a user name and a password", "give both, or neither")
    for secret in (settings.username, settings.password):
        if secret is not None and not (secret and secret.isascii() and secret.isprintable()):
            raise SettingError(
                "email: the user name or the password is empty, or holds characters that cannot be sent",
                "set the environment variables that the policy names for them",
            )
