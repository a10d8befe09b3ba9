"""Dates as people read them: Mon 23 Nov."""

DATE_FORMAT = "j M Y"
SHORT_DATE_FORMAT = "D j M"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "D j M, H:i"
MONTH_DAY_FORMAT = "j M"
TIME_FORMAT = "H:i"
