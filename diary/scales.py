"""How far the numbers of the diary go. Pure: the database's rules and the forms keep to them."""

HIGHEST_PAIN = 10
MOST_PAINKILLERS = 30
LONGEST_NOTE = 2000
MINUTES_IN_A_DAY = 1440
LONGEST_DEVICE = 60
