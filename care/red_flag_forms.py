"""The red-flag questions as a form: yes or no, with nothing chosen beforehand."""

import uuid
from collections.abc import Sequence

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from conditions.models import RedFlag

YES, NO = "yes", "no"
ANSWERS = {YES: True, NO: False}


class RedFlagForm(forms.Form):
    """One question a red flag, in the order given.

    A single yes is enough to send it: the rest may stay unanswered, for help must not wait
    for a form. Without a yes each question wants its no, so that a question that somebody
    overlooked is never taken for one.
    """

    client_uuid = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, questions: Sequence[RedFlag], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client_uuid"].initial = uuid.uuid4
        self.codes = {f"answer-{flag.code}": flag.code for flag in questions}
        for flag in questions:
            self.fields[f"answer-{flag.code}"] = forms.TypedChoiceField(
                label=flag.question,
                choices=((YES, _("Yes")), (NO, _("No"))),
                coerce=ANSWERS.get,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "client_uuid",
            *(Field(name, template="care/_yes_or_no.html") for name in self.codes),
            HTML('{% include "care/_send_red_flags.html" %}'),
        )

    def clean_client_uuid(self) -> uuid.UUID:
        """The form's own id; a new one where it was lost, for the answers must not be."""
        try:
            return uuid.UUID(self.cleaned_data["client_uuid"])
        except ValueError:
            return uuid.uuid4()

    def clean(self) -> None:
        if any(self.answers().values()):
            return
        for name in self.codes:
            if name not in self.errors and self.cleaned_data.get(name) is None:
                self.add_error(name, _("Please answer yes or no."))

    def answers(self) -> dict[str, bool | None]:
        """The answers by the red flag's code; None is "not answered"."""
        return {code: self.cleaned_data.get(name) for name, code in self.codes.items()}
