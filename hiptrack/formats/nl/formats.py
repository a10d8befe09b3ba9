"""Dates as people read them: ma 23 nov. Dutch writes months small."""

DATE_FORMAT = "j b Y"
SHORT_DATE_FORMAT = "D j b"
DATETIME_FORMAT = "j b Y, H:i"
SHORT_DATETIME_FORMAT = "D j b, H:i"
MONTH_DAY_FORMAT = "j b"
TIME_FORMAT = "H:i"
