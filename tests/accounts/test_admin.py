"""People and clinics in the admin: for the superuser alone."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.enums import NoticeKind, Role
from accounts.models import Clinic, Consent, Notice, Relation, User
from tests import factories
from tests.factories import NOW, PASSWORD

PAGES = ("clinic", "user", "relation", "consent", "notice")
READ_ONLY = ("relation", "consent", "notice")


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("root@example.org", PASSWORD)


@pytest.fixture
def rows(patient, physiotherapist) -> dict[str, int]:
    """The key of one row of each page."""
    given = Consent.objects.create(
        user=patient, text_version="2026-11", language="en", channel="web", given_at=NOW
    )
    notice = Notice.objects.create(
        recipient=patient, kind=NoticeKind.FLAG, key="k", due_at=NOW, expires_at=NOW
    )
    return {
        "clinic": patient.clinic_id,
        "user": patient.pk,
        "relation": Relation.objects.get(patient=patient).pk,
        "consent": given.pk,
        "notice": notice.pk,
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_superuser_sees_every_list_and_row(client, superuser, rows, page):
    client.force_login(superuser)
    assert "1 " in client.get(f"/admin/accounts/{page}/").content.decode()
    assert client.get(f"/admin/accounts/{page}/{rows[page]}/change/").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_mark_as_staff_alone_shows_none_of_it(client, editor, rows, page):
    editor.is_staff = True
    editor.save()
    client.force_login(editor)
    for address in ("", "add/", f"{rows[page]}/change/", f"{rows[page]}/delete/"):
        assert client.get(f"/admin/accounts/{page}/{address}").status_code == 403
    index = client.get("/admin/").content.decode()
    assert "/admin/accounts/" not in index


@pytest.mark.parametrize("role", Role.values)
def test_others_do_not_get_into_the_admin(client, rows, role):
    client.force_login(factories.make_person(role))
    for page in PAGES:
        address = f"/admin/accounts/{page}/{rows[page]}/change/"
        assert client.get(address).url == f"/admin/login/?next={address}"


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_deleted_and_what_the_program_wrote_is_not_changed(
    client, superuser, rows, page
):
    client.force_login(superuser)
    address = f"/admin/accounts/{page}/{rows[page]}"
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    if page in READ_ONLY:
        assert client.post(f"{address}/change/", {"state": "sent"}).status_code == 403
        assert client.get(f"/admin/accounts/{page}/add/").status_code == 403


def test_a_superuser_makes_a_clinic_and_its_manager(client, superuser):
    client.force_login(superuser)
    client.post("/admin/accounts/clinic/add/", {"name": "Clinic X", "phone": "020 1"})
    clinic = Clinic.objects.get(name="Clinic X")
    client.post(
        "/admin/accounts/user/add/",
        {
            "email": "Manager@Example.org",
            "name": "The Manager",
            "role": Role.CLINIC_MANAGER,
            "clinic": clinic.pk,
            "language": "nl",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    person = User.objects.get(email="manager@example.org")
    assert (person.role, person.clinic, person.is_staff) == (Role.CLINIC_MANAGER, clinic, False)
    assert person.check_password(PASSWORD)


def test_a_short_password_or_a_missing_clinic_makes_nobody(client, superuser, clinic):
    client.force_login(superuser)
    good = {
        "email": "new@example.org",
        "name": "New",
        "role": Role.PATIENT,
        "clinic": clinic.pk,
        "language": "nl",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    for bad in ({"password1": "short", "password2": "short"}, {"clinic": ""}):
        client.post("/admin/accounts/user/add/", good | bad)
        assert not User.objects.filter(email="new@example.org").exists()
    client.post("/admin/accounts/user/add/", good)
    assert User.objects.filter(email="new@example.org").exists()


def change(client, person, **fields) -> None:
    form = {
        "email": person.email,
        "name": person.name,
        "birth_year": "",
        "role": person.role,
        "clinic": person.clinic_id or "",
        "is_active": "on",
        "language": person.language,
        "time_zone": person.time_zone,
    }
    client.post(f"/admin/accounts/user/{person.pk}/change/", form | fields)
    person.refresh_from_db()


def test_the_admin_opens_to_superusers_alone_and_closes_again(client, superuser, patient):
    client.force_login(superuser)
    change(client, patient, role=Role.EDITOR, is_staff="on")
    assert (patient.role, patient.is_staff) == (Role.EDITOR, False)
    change(client, patient, is_superuser="on")
    assert (patient.is_superuser, patient.is_staff) == (True, True)
    change(client, patient, is_staff="on")
    assert (patient.is_superuser, patient.is_staff) == (False, False)


def test_after_a_change_of_address_the_old_one_opens_nothing(client, superuser, patient):
    old = patient.email
    EmailAddress.objects.create(user=patient, email=old, primary=True, verified=True)
    client.force_login(superuser)
    change(client, patient, email="Newer@example.org")
    assert patient.email == "newer@example.org"
    client.logout()
    client.post("/sign-in/", {"login": old, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    client.post("/sign-in/", {"login": "newer@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(patient.pk)


def test_addresses_and_rights_are_kept_in_one_place():
    assert not admin.site.is_registered(EmailAddress)
    assert not admin.site.is_registered(Group)
    assert admin.site.is_registered(User)
