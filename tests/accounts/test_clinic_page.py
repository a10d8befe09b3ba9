"""What a manager says of the own clinic: its name, its telephone, and that it treats children."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from accounts.models import Clinic, User
from tests import factories

GOOD = {"name": "The new name", "phone": "+31 (0)20-123 45 68", "treats_children": "on"}


@pytest.fixture
def url() -> str:
    return reverse("accounts:clinic")


def stored(clinic) -> tuple[str, str, bool]:
    clinic.refresh_from_db()
    return clinic.name, clinic.phone, clinic.treats_children


def test_a_manager_changes_the_own_clinic_and_no_other(client, clinic, clinic_manager, url):
    other = factories.make_clinic("Another clinic")
    client.force_login(clinic_manager)
    assert client.post(url, GOOD).url == url
    assert stored(clinic) == ("The new name", "+31 (0)20-123 45 68", True)
    assert stored(other) == ("Another clinic", "020 123 45 67", False)
    assert "What you changed of your clinic is saved." in client.get(url).content.decode()


def test_a_clinic_treats_no_children_until_its_manager_says_so(client, clinic, clinic_manager, url):
    assert clinic.treats_children is False
    client.force_login(clinic_manager)
    page = client.get(url).content.decode()
    assert ('name="treats_children"' in page, "checked" in page) == (True, False)
    client.post(url, GOOD)
    assert "checked" in client.get(url).content.decode()
    client.post(url, {name: value for name, value in GOOD.items() if name != "treats_children"})
    assert stored(clinic)[2] is False


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"phone": ""}, "This field is required."),
        ({"phone": "ask at the desk"}, "Give a telephone number, such as 020 123 45 67."),
        ({"phone": "020 123 45 67, at work"}, "Give a telephone number, such as 020 123 45 67."),
        ({"phone": "06 or 020 123 45 67"}, "Give a telephone number, such as 020 123 45 67."),
    ],
)
def test_a_mistake_gets_a_sentence_and_changes_nothing(
    client, clinic, clinic_manager, url, changed, sentence
):
    before = stored(clinic)
    client.force_login(clinic_manager)
    answer = client.post(url, GOOD | changed)
    assert (answer.status_code, stored(clinic)) == (422, before)
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("phone", ["020 123 45 67", "0201234567", "+31 20 123.45.67", "14020"])
def test_a_number_is_taken_as_people_write_it(client, clinic, clinic_manager, url, phone):
    client.force_login(clinic_manager)
    client.post(url, GOOD | {"phone": phone})
    assert stored(clinic)[1] == phone


@pytest.mark.parametrize("role", [Role.PATIENT, Role.PHYSIOTHERAPIST, Role.EDITOR])
def test_nobody_else_gets_there(client, clinic, role, url):
    before = stored(clinic)
    client.force_login(factories.make_person(role, clinic=None if role == Role.EDITOR else clinic))
    assert client.get(url).status_code == 404
    assert client.post(url, GOOD).status_code == 404
    assert stored(clinic) == before


def test_the_manager_finds_it_in_the_navigation(client, clinic_manager, patient, url):
    client.force_login(clinic_manager)
    assert f'href="{url}"' in client.get(reverse("accounts:invitations")).content.decode()
    client.force_login(patient)
    assert f'href="{url}"' not in client.get(reverse("home")).content.decode()


def test_a_superuser_switches_it_in_the_admin(client, clinic):
    client.force_login(User.objects.create_superuser("root@example.org", factories.PASSWORD))
    client.post(f"/admin/accounts/clinic/{clinic.pk}/change/", GOOD)
    assert Clinic.objects.get(pk=clinic.pk).treats_children is True


def test_a_name_that_is_empty_is_refused_below_the_form(clinic):
    with pytest.raises(ValidationError):
        services.change_clinic(clinic=clinic, name="", phone="112", treats_children=True)
    assert stored(clinic)[0] == "Clinic of the cast"
