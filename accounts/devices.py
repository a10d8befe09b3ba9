"""What a device is called, from what a browser says of itself."""

import ua_parser

LONGEST_NAME = 60
# A browser's own line is some 150 characters; what is longer is somebody's play.
READ_FROM = 500


def device_name(user_agent: str) -> str:
    """Browser and system in words, "Chrome Mobile, Android"; empty where neither is known.

    At most LONGEST_NAME characters, and never the line itself: names come from a list.
    """
    told = ua_parser.parse(user_agent[:READ_FROM])
    names = [part.family for part in (told.user_agent, told.os) if part]
    name = ", ".join(each for each in names if _is_a_name(each))
    return name[:LONGEST_NAME].rstrip(", ")


def _is_a_name(family: str) -> bool:
    """Some families are pieces of the line, where anything may stand."""
    return all(each.isascii() and (each.isalnum() or each in " .-+/()") for each in family)
