"""Pieces of the log form's layout that crispy forms does not bring."""

from typing import Any

from crispy_forms.layout import HTML, LayoutObject
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from conditions.labels import LABELS
from conditions.models import Activity
from diary.asking import Listed
from diary.repeating import FIELD, Offer


class Heading(HTML):
    """A heading between the fields, as plain text."""

    def __init__(self, text: str):
        super().__init__("<h2>{{ heading }}</h2>")
        self.text = text

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> SafeString:
        with context.push(heading=self.text):
            return super().render(form, context, *args, **kwargs)


class TheSame(LayoutObject):
    """An earlier day's aid and activities, taken over with one tap and given back with one."""

    def __init__(self, offer: Offer):
        self.offer = offer

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> SafeString:
        return render_to_string("diary/_the_same.html", {"offer": self.offer, "name": FIELD})


class ActivityRow(LayoutObject):
    """One activity: a box to tick, the minutes beside it, and what the plan says of it."""

    def __init__(self, activity: Activity, listed: Listed | None = None):
        self.activity = activity
        self.listed = listed
        self.fields = [f"did_{activity.slug}"]
        if activity.has_minutes:
            self.fields.append(f"minutes_{activity.slug}")

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> SafeString:
        form.rendered_fields.update(self.fields)
        did, *minutes = (form[name] for name in self.fields)
        listed = self.listed if form.shows_rules else None
        return render_to_string(
            "diary/_activity.html",
            {
                "did": did,
                "minutes": minutes[0] if minutes else None,
                "listed": listed,
                "rule": LABELS[listed.rule] if listed else "",
            },
        )
