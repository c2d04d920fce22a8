"""What do people write instead of a time zone, a country or a region?

Promise: an offset is answered with places, never with ``Etc/GMT-5``, whose sign is turned: it lies
east of Greenwich.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# Minutes east of Greenwich in standard time, to places that people know.
OFFSETS: Mapping[int, tuple[str, ...]] = {
    -660: ("Pacific/Pago_Pago",),
    -600: ("Pacific/Honolulu",),
    -570: ("Pacific/Marquesas",),
    -540: ("America/Anchorage",),
    -480: ("America/Los_Angeles", "America/Vancouver"),
    -420: ("America/Denver", "America/Phoenix"),
    -360: ("America/Chicago", "America/Mexico_City"),
    -300: ("America/New_York", "America/Lima"),
    -240: ("America/Halifax", "America/La_Paz"),
    -210: ("America/St_Johns",),
    -180: ("America/Sao_Paulo", "America/Argentina/Buenos_Aires"),
    -120: ("America/Noronha",),
    -60: ("Atlantic/Azores", "Atlantic/Cape_Verde"),
    0: ("Europe/London", "Africa/Accra"),
    60: ("Europe/Berlin", "Africa/Lagos"),
    120: ("Europe/Athens", "Africa/Johannesburg"),
    180: ("Europe/Istanbul", "Africa/Nairobi"),
    210: ("Asia/Tehran",),
    240: ("Asia/Dubai",),
    270: ("Asia/Kabul",),
    300: ("Asia/Karachi", "Asia/Tashkent"),
    330: ("Asia/Kolkata", "Asia/Colombo"),
    345: ("Asia/Kathmandu",),
    360: ("Asia/Dhaka",),
    390: ("Asia/Yangon",),
    420: ("Asia/Bangkok", "Asia/Ho_Chi_Minh"),
    480: ("Asia/Singapore", "Asia/Shanghai"),
    525: ("Australia/Eucla",),
    540: ("Asia/Tokyo", "Asia/Seoul"),
    570: ("Australia/Adelaide", "Australia/Darwin"),
    600: ("Australia/Sydney", "Australia/Brisbane"),
    630: ("Australia/Lord_Howe",),
    660: ("Pacific/Noumea", "Pacific/Guadalcanal"),
    720: ("Pacific/Auckland", "Pacific/Fiji"),
    765: ("Pacific/Chatham",),
    780: ("Pacific/Tongatapu",),
    840: ("Pacific/Kiritimati",),
}

# Abbreviations that are no zones, and countries with one; several places where a word has several meanings.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "gst": ("Asia/Dubai",),
    **dict.fromkeys(("edt", "et", "eastern", "eastern time"), ("America/New_York",)),
    **dict.fromkeys(("cdt", "ct", "central time"), ("America/Chicago",)),
    **dict.fromkeys(("mdt", "mt", "mountain time"), ("America/Denver",)),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific", "pacific time"), ("America/Los_Angeles",)),
    **dict.fromkeys(("akst", "akdt"), ("America/Anchorage",)),
    **dict.fromkeys(("cest", "mez", "mesz", "germany", "deutschland"), ("Europe/Berlin",)),
    **dict.fromkeys(("eest",), ("Europe/Athens", "Europe/Helsinki")),
    **dict.fromkeys(("west",), ("Europe/Lisbon",)),
    **dict.fromkeys(("msk", "russia"), ("Europe/Moscow",)),
    **dict.fromkeys(("jst",), ("Asia/Tokyo",)),
    **dict.fromkeys(("kst", "korea"), ("Asia/Seoul",)),
    **dict.fromkeys(("sgt",), ("Asia/Singapore",)),
    **dict.fromkeys(("hkt",), ("Asia/Hong_Kong",)),
    **dict.fromkeys(("wib",), ("Asia/Jakarta",)),
    **dict.fromkeys(("pkt", "pakistan"), ("Asia/Karachi",)),
    **dict.fromkeys(("aest", "aedt", "aet"), ("Australia/Sydney", "Australia/Brisbane")),
    **dict.fromkeys(("acst", "acdt"), ("Australia/Adelaide", "Australia/Darwin")),
    **dict.fromkeys(("awst",), ("Australia/Perth",)),
    **dict.fromkeys(("nzst", "nzdt", "new zealand"), ("Pacific/Auckland",)),
    **dict.fromkeys(("sast", "south africa"), ("Africa/Johannesburg",)),
    **dict.fromkeys(("eat",), ("Africa/Nairobi",)),
    **dict.fromkeys(("wat",), ("Africa/Lagos",)),
    **dict.fromkeys(("brt",), ("America/Sao_Paulo",)),
    **dict.fromkeys(("art", "argentina"), ("America/Argentina/Buenos_Aires",)),
    **dict.fromkeys(("india",), ("Asia/Kolkata",)),
    **dict.fromkeys(("uk", "england", "united kingdom", "great britain"), ("Europe/London",)),
    **dict.fromkeys(("ireland",), ("Europe/Dublin",)),
    **dict.fromkeys(("france",), ("Europe/Paris",)),
    **dict.fromkeys(("spain",), ("Europe/Madrid",)),
    **dict.fromkeys(("italy",), ("Europe/Rome",)),
    **dict.fromkeys(("netherlands",), ("Europe/Amsterdam",)),
    **dict.fromkeys(("austria",), ("Europe/Vienna",)),
    **dict.fromkeys(("switzerland",), ("Europe/Zurich",)),
}

_OFFSET = re.compile(
    r"\(?(?:utc|gmt|z|ut)?\s*(?P<sign>[+\-−–])\s*(?P<hours>\d{1,2})"
    r"(?::?(?P<minutes>[0-5]\d)|[.,](?P<part>25|5|50|75))?\)?(?:\s.*)?",
    re.IGNORECASE,
)
_LIKE_AN_OFFSET = re.compile(r"\(?(?:etc/)?(?:utc|gmt)?\s*[+\-−–]?\s*\d", re.IGNORECASE)

# Regions by names that the package does not have, and countries by names of their own.
REGIONS: Mapping[str, Mapping[str, str]] = {
    "DE": {
        "bavaria": "BY",
        "hesse": "HE",
        "lower saxony": "NI",
        "north rhine-westphalia": "NW",
        "nrw": "NW",
        "rhineland-palatinate": "RP",
        "saxony": "SN",
        "saxony-anhalt": "ST",
        "thuringia": "TH",
        "mecklenburg-western pomerania": "MV",
    },
    "AT": {
        "carinthia": "2",
        "lower austria": "3",
        "upper austria": "4",
        "styria": "6",
        "tyrol": "7",
        "vienna": "9",
    },
    "CH": {"geneva": "GE", "lucerne": "LU", "grisons": "GR", "basel": "BS", "st. gallen": "SG"},
    "ES": {
        "andalusia": "AN",
        "balearic islands": "IB",
        "basque country": "PV",
        "canary islands": "CN",
        "catalonia": "CT",
        "navarre": "NC",
        "valencia": "VC",
    },
    "IT": {"rome": "RM", "milan": "MI", "florence": "FI", "venice": "VE", "turin": "TO", "naples": "NA"},
    "PT": {"azores": "20", "lisbon": "11", "madeira": "30"},
}
_COUNTRIES: Mapping[str, str] = {
    **dict.fromkeys(("deutschland",), "country: DE"),
    **dict.fromkeys(("österreich",), "country: AT"),
    **dict.fromkeys(("schweiz", "suisse", "svizzera"), "country: CH"),
    **dict.fromkeys(("españa", "espana"), "country: ES"),
    **dict.fromkeys(("italia",), "country: IT"),
    **dict.fromkeys(("brasil",), "country: BR"),
    **dict.fromkeys(("holland", "nederland"), "country: NL"),
    **dict.fromkeys(("america", "united states", "united states of america", "u.s.", "u.s.a."), "country: US"),
    **dict.fromkeys(("great britain", "britain", "united kingdom"), "country: GB"),
    **dict.fromkeys(("korea", "south korea"), "country: KR"),
    "england": "country: GB and region: ENG",
    "scotland": "country: GB and region: SCT",
    "wales": "country: GB and region: WLS",
    "northern ireland": "country: GB and region: NIR",
}


def places_of(zone: str) -> tuple[str, ...]:
    """The places that may be meant by an offset, an abbreviation or a country instead of a zone."""
    if called := _CALLED.get(zone.strip().casefold()):
        return called
    match = _OFFSET.fullmatch(zone.strip())
    if match is None:
        return ()
    minutes = int(match["minutes"] or 0) + {"25": 15, "5": 30, "50": 30, "75": 45}.get(match["part"] or "", 0)
    east = int(match["hours"]) * 60 + minutes
    return OFFSETS.get(east if match["sign"] == "+" else -east, ())


def is_offset(zone: str) -> bool:
    """True if this is a number of hours rather than a place."""
    return _LIKE_AN_OFFSET.match(zone.strip()) is not None


def country_called(name: str) -> str:
    """``country: GB and region: SCT`` for Scotland; empty if the name says nothing."""
    return _COUNTRIES.get(" ".join(name.split()).casefold(), "")


def without_accents(name: str) -> str:
    """``Zurich`` for Zürich, in small letters."""
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
