"""`manage.py demo`: a clinic with believable people and diaries."""

import os
import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from care.demo import clinic

SIGN_INS = ("patient", "physio", "editor", "editor2", "manager", "patient2", "physio2")


class Command(BaseCommand):
    help = "Make two clinics with believable patients; the same people for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=15)
        parser.add_argument("--days", type=int, default=60)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--yes", action="store_true", help="also where DEBUG is off")

    def handle(self, *args: object, **options: object) -> None:
        patients, days = int(str(options["patients"])), int(str(options["days"]))
        if not settings.DEBUG and not options["yes"]:
            raise CommandError("DEBUG is off, so this may be a real installation. Add --yes.")
        if not 1 <= patients <= 2000 or not 30 <= days <= 730:
            raise CommandError("Give 1 to 2000 patients and 30 to 730 days.")
        if User.objects.filter(email__in=[f"{name}@example.org" for name in SIGN_INS]).exists():
            raise CommandError("The demo is there already.")
        try:
            made = clinic.make(
                patients=patients,
                days=days,
                seed=int(str(options["seed"])),
                password=self.password(),
                now=timezone.now(),
            )
        except clinic.ContentMissing as error:
            raise CommandError(f"No published plan for {error}; run load_content first.") from None
        self.stdout.write(
            f"Demo: {made.patients} patients, {made.entries} entries, {made.flags} flags so far."
        )

    def password(self) -> str:
        """The password of all demo sign-ins, kept where `make run` finds it."""
        password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(12)
        kept = settings.VAR_DIR / "demo-password"
        kept.write_text(password)
        kept.chmod(0o600)
        return password
