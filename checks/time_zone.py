"""Names of time zones."""

from __future__ import annotations

from zoneinfo import available_timezones

from checks import spelling


def known_zone(name: str) -> str:
    """Returns the name itself. Raises ValueError, with the nearest one, for a name that this machine does not
    know.
    """
    names = available_timezones()
    if names and name not in names:
        raise ValueError(
            f"expected an IANA name like Europe/Berlin, not {name!r}{spelling.did_you_mean(name, names)}"
        )
    return name
