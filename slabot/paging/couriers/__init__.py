"""Other ways by which a page reaches people: e-mail, PagerDuty, signed webhooks."""

from slabot.paging.couriers.dispatch import Courier, Dispatch, Notice
from slabot.paging.couriers.mail import MailCourier, MailSettings
from slabot.paging.couriers.opening import open_couriers
from slabot.paging.couriers.pagerduty import PagerDutyCourier, PagerDutySettings
from slabot.paging.couriers.webhook import WebhookCourier, WebhookSettings

__all__ = [
    "Courier",
    "Dispatch",
    "MailCourier",
    "MailSettings",
    "Notice",
    "PagerDutyCourier",
    "PagerDutySettings",
    "WebhookCourier",
    "WebhookSettings",
    "open_couriers",
]
