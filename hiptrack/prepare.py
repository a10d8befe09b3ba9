"""Make an installation ready to run: database, content, static files, demo on first run.

`python -m hiptrack.prepare`. Everything here can be done again without harm.
"""

import os
import sys

import django
import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from hiptrack import environment, translations

DEMO = {"patients": 12, "days": 60, "seed": 1}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiptrack.settings")
    django.setup()
    refuse_what_does_not_answer()
    translations.compile_all()
    call_command("migrate", verbosity=0)
    if not settings.REDIS_URL:
        call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_content")
    if settings.IS_LOCAL and not has_people():
        print("Making a clinic with believable patients …")  # noqa: T201
        call_command("demo", **DEMO, yes=True)


def refuse_what_does_not_answer() -> None:
    """Stop with a sentence that names the setting when database or Redis is not there."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        environment.stop("DATABASE_URL", f"the database does not answer: {reason}")
    if settings.REDIS_URL:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).ping()
        except redis.RedisError as error:
            environment.stop("REDIS_URL", f"Redis does not answer: {error}")


def has_people() -> bool:
    return get_user_model().objects.exists()


if __name__ == "__main__":
    try:
        main()
    except CommandError as error:
        sys.exit(str(error))
