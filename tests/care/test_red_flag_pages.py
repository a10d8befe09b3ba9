"""The red-flag pages say whom to call before anything else, and lose no answer."""

import uuid
from unittest import mock

import pytest
from celery import Celery
from django.urls import reverse

from accounts.models import Clinic, Notice
from care.models import Flag
from conditions.enums import Urgency
from conditions.models import RedFlag
from diary.models import RedFlagReport
from tests import factories


@pytest.fixture
def questions(patient) -> list[RedFlag]:
    """Two questions for the patient: the chest (emergency) and the calf (same day)."""
    asked = [
        factories.make_red_flag("calf", Urgency.SAME_DAY),
        factories.make_red_flag("chest", Urgency.EMERGENCY),
    ]
    RedFlag.objects.filter(code="chest").update(action_en="Call 112 now. Then {clinic}.")
    RedFlag.objects.filter(code="calf").update(action_en="Call {clinic} today: {clinic_phone}.")
    factories.make_episode(patient, factories.make_plan(red_flags=asked))
    return asked


@pytest.fixture
def site(client, patient, questions):
    client.force_login(patient)
    return client


URL = "/red-flags/"


def send(site, *, follow=False, client_uuid=None, **answers):
    data = {f"answer-{code}": answer for code, answer in answers.items()}
    data["client_uuid"] = client_uuid or str(uuid.uuid4())
    return site.post(URL, data, follow=follow)


def test_whom_to_call_stands_above_the_questions(site, clinic):
    assert reverse("care:red_flags") == URL
    html = site.get(URL).content.decode()
    places = [
        html.index(words)
        for words in (
            'href="tel:112"',
            'href="tel:0201234567"',
            f'Call {clinic.name}: <span class="number">020 123 45 67</span>',
            "en chest?",
            "en calf?",
            "Send the answers",
        )
    ]
    assert places == sorted(places)


def test_nothing_is_chosen_beforehand(site):
    html = site.get(URL).content.decode()
    assert html.count('type="radio"') == 4
    assert "checked" not in html


def test_each_form_has_an_id_of_its_own(site):
    forms = [site.get(URL).context["form"]["client_uuid"].value() for _ in range(2)]
    assert len(set(forms)) == 2


def test_a_yes_says_at_once_what_to_do(site, physiotherapist, clinic):
    response = send(site, chest="no", calf="yes")
    report = RedFlagReport.objects.get()
    assert response.status_code == 303
    assert response.url == reverse("care:red_flags_answer", args=[report.uuid])
    html = site.get(response.url).content.decode()
    assert f"Call {clinic.name} today: 020 123 45 67." in html
    assert "Call today" in html
    assert 'href="tel:112"' in html
    assert 'href="tel:0201234567"' in html
    assert "Your physiotherapist has been told, but does not watch this day and night." in html
    assert "112 now" not in html
    assert (Flag.objects.count(), Notice.objects.count()) == (1, 1)


def test_the_most_urgent_yes_comes_first_and_the_others_follow(site, clinic):
    html = send(site, chest="yes", calf="yes", follow=True).content.decode()
    assert html.index("Get help at once") < html.index(f"Call 112 now. Then {clinic.name}.")
    assert html.index("112 now") < html.index("You also said yes to this")
    assert html.index("You also said yes to this") < html.index(f"Call {clinic.name} today")


def test_one_yes_is_enough_to_send_it(site):
    assert send(site, calf="yes").status_code == 303
    assert RedFlagReport.objects.get().answers == {"chest": None, "calf": True}


def test_every_no_shows_a_calm_page(site, physiotherapist):
    html = send(site, chest="no", calf="no", follow=True).content.decode()
    assert "You answered no to every question" in html
    assert "If something changes, answer the questions again, or call." in html
    assert "has been told" not in html
    assert Flag.objects.count() == 0


def test_a_no_beside_an_open_question_asks_for_the_answer_and_keeps_the_no(site):
    response = send(site, chest="no")
    assert response.status_code == 422
    html = response.content.decode()
    assert 'id="error-summary"' in html
    assert 'href="#id_answer-calf"' in html
    assert 'id="id_answer-calf"' in html
    assert html.count("Please answer yes or no.") == 2
    assert html.count("checked") == 1
    assert 'value="no" id="id_answer-chest_1" checked' in html
    assert RedFlagReport.objects.count() == 0


def test_an_answer_that_is_none_of_ours_is_an_error_and_not_a_no(site):
    response = send(site, chest="no", calf="perhaps")
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert {name: len(of_field) for name, of_field in errors.items()} == {"answer-calf": 1}
    assert RedFlagReport.objects.count() == 0


def test_an_empty_form_is_given_back(site):
    assert site.post(URL, {}).status_code == 422
    assert RedFlagReport.objects.count() == 0


def test_sending_twice_stores_once(site, physiotherapist):
    client_uuid = str(uuid.uuid4())
    first, second = (send(site, calf="yes", client_uuid=client_uuid) for _ in range(2))
    assert first.url == second.url
    assert (RedFlagReport.objects.count(), Notice.objects.count()) == (1, 1)


def test_going_back_and_changing_a_no_into_a_yes_is_not_lost(site):
    client_uuid = str(uuid.uuid4())
    first = send(site, chest="no", calf="no", client_uuid=client_uuid)
    second = send(site, chest="no", calf="yes", client_uuid=client_uuid)
    assert first.url != second.url
    assert Flag.objects.count() == 1


def test_a_form_whose_id_was_lost_is_stored_all_the_same(site):
    assert send(site, calf="yes", client_uuid="lost").status_code == 303
    assert Flag.objects.count() == 1


def test_it_needs_no_broker(site):
    with (
        mock.patch.object(Celery, "send_task", side_effect=ConnectionError),
        mock.patch("celery.app.task.Task.apply_async", side_effect=ConnectionError),
        mock.patch("kombu.Connection.ensure_connection", side_effect=ConnectionError),
    ):
        assert send(site, calf="yes", follow=True).context["actions"] != []
    assert Flag.objects.count() == 1


def test_without_a_relation_the_page_does_not_say_that_somebody_was_told(site):
    html = send(site, calf="yes", follow=True).content.decode()
    assert "has been told" not in html
    assert "no physiotherapist follows you here at the moment" in html


def test_without_a_number_of_the_clinic_112_and_the_doctor_remain(site, clinic):
    Clinic.objects.update(phone="")
    for response in (site.get(URL), send(site, calf="yes", follow=True)):
        html = response.content.decode()
        assert 'href="tel:112"' in html
        assert html.count("tel:") == 1
        assert "Call your doctor or the doctor on duty." in html
        assert "{clinic" not in html
    assert f"Call {clinic.name} today: the number of your clinic." in html


def test_the_answer_is_one_s_own(site, clinic, foreign_patient, client):
    send(site, calf="yes")
    own = reverse("care:red_flags_answer", args=[RedFlagReport.objects.get().uuid])
    unknown = reverse("care:red_flags_answer", args=[uuid.uuid4()])
    assert clinic.name.encode() in site.get(own).content
    client.force_login(foreign_patient)
    foreign = client.get(own)
    assert foreign.status_code == client.get(unknown).status_code == 404
    assert clinic.name.encode() not in foreign.content


@pytest.mark.parametrize("person", ["physiotherapist", "editor", "clinic_manager"])
def test_only_patients_are_asked(client, request, person, questions):
    client.force_login(request.getfixturevalue(person))
    assert client.get(URL).status_code == 404
    assert client.post(URL, {"answer-calf": "yes"}).status_code == 404
    assert RedFlagReport.objects.count() == 0


def test_who_is_not_signed_in_is_sent_to_sign_in(client, questions):
    assert client.get(URL).url == f"{reverse('account_login')}?next={URL}"


def test_a_patient_without_an_episode_is_asked_too(client, foreign_patient, questions):
    client.force_login(foreign_patient)
    assert "en chest?" in client.get(URL).content.decode()


def test_without_any_question_the_numbers_remain(client, patient):
    client.force_login(patient)
    html = client.get(URL).content.decode()
    assert 'href="tel:112"' in html
    assert "Send the answers" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_change_the_number_of_queries(
    client, patient, count, django_assert_num_queries
):
    asked = [factories.make_red_flag(f"flag-{number}") for number in range(count)]
    factories.make_episode(patient, factories.make_plan(red_flags=asked))
    client.force_login(patient)
    with django_assert_num_queries(4):  # session, patient, red flags, clinic
        assert client.get(URL).content.decode().count("<fieldset") == count
