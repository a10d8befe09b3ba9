"""Fill the benchmark's own database: content, and two people whose diaries are as in the demo.

`python -m tests.bench.people`, in the surroundings of `site.running`.
"""

import os
from dataclasses import replace

import django
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from care.demo import profiles
from hiptrack import translations

FOUR_WEEKS, TWO_YEARS = "patient@example.org", "patient.2@example.org"
TWO_YEARS_DAYS = 730


def main() -> None:
    django.setup()
    translations.compile_all()
    for command in ("migrate", "createcachetable", "load_content"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    recovering = replace(profiles.FIRST[0], missing=0.0, breaches=0.02)
    profiles.FIRST = tuple(
        replace(recovering, hips=(replace(recovering.hips[0], reached=1.0, most=days),))
        for days in (27, TWO_YEARS_DAYS)
    )
    from care.demo import clinic

    password = os.environ["DEMO_PASSWORD"]
    clinic.make(patients=2, days=TWO_YEARS_DAYS, seed=1, password=password, now=timezone.now())
    people = apps.get_model("accounts", "User").objects
    known = people.get(email=FOUR_WEEKS).password
    people.filter(email=TWO_YEARS).update(password=known)


if __name__ == "__main__":
    main()
