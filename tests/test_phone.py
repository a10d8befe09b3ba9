"""The manifest, the service worker and the page for somebody without a connection."""

import json
import re
import struct
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from hiptrack import phone
from tests import factories

pytestmark = pytest.mark.django_db


def manifest_of(client, **headers):
    return json.loads(client.get("/manifest.webmanifest", **headers).content)


def test_the_manifest_names_what_a_home_screen_needs(client):
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "nl"})
    told = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert {name: told[name] for name in ("id", "lang", "start_url", "scope", "display")} == {
        "id": "/",
        "lang": "nl",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
    }
    assert [(icon["sizes"], icon.get("purpose", "any")) for icon in told["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]


@pytest.mark.parametrize(
    ("language", "description"), [("nl", "Uw heupdagboek"), ("en", "Your hip diary")]
)
def test_the_manifest_speaks_the_language_of_who_asks(client, language, description):
    told = manifest_of(client, headers={"Accept-Language": language})
    assert (told["lang"], told["description"]) == (language, description)


def test_each_icon_is_a_picture_of_the_size_it_says(client):
    for icon in manifest_of(client)["icons"]:
        content = Path(finders.find(icon["src"].removeprefix("/static/"))).read_bytes()
        width, height = struct.unpack(">II", content[16:24])
        assert (content[:4], f"{width}x{height}") == (b"\x89PNG", icon["sizes"])


def test_the_theme_is_that_of_the_style_sheet(client):
    tokens = Path(finders.find("css/tokens.css")).read_text()
    told = manifest_of(client)
    assert f"--accent: {told['theme_color']};" in tokens
    assert f"--ground: {told['background_color']};" in tokens


def test_the_worker_is_the_same_for_everybody(client, patient):
    answers = [client.get("/sw.js", headers={"Accept-Language": each}) for each in ("nl", "en")]
    client.force_login(patient)
    answers.append(client.get("/sw.js"))
    assert {answer.content for answer in answers} == {phone.worker().encode()}
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/javascript"}
    assert all("no-cache" in answer.headers["Cache-Control"] for answer in answers)


def test_the_worker_has_another_version_when_a_file_has(monkeypatch):
    before = phone.worker()
    monkeypatch.setattr(phone, "static", lambda name: f"/static/{name}.other")
    version = re.compile(r'"version": "(\w{12})"')
    assert version.search(before)[1] != version.search(phone.worker())[1]


def test_each_page_that_the_worker_leaves_alone_is_an_address(client):
    for address in ("/sign-in/", "/sign-out/", "/admin/", "/care/", "/content/"):
        assert address in phone.LEAVES
    for address in ("/", "/log/", "/history/", "/plan/", "/progress/", "/settings/"):
        assert not address.startswith(phone.LEAVES)


def test_the_page_for_nobody_in_particular_has_no_token_and_no_name(client, patient):
    nobody = client.get("/offline/", headers={"Accept-Language": "en"}).content.decode()
    client.force_login(patient)
    somebody = client.get("/offline/").content.decode()
    for html in (nobody, somebody):
        assert "<h1>No connection</h1>" in html
        assert "csrf" not in html
        assert patient.name not in html


@pytest.fixture
def offline_log(client, patient):
    """The log page that a phone keeps, of somebody with a diary and a message on the way."""
    factories.make_episode(patient, factories.make_plan())
    factories.log_day(patient, factories.TODAY, note="SECRET", aid="one_crutch")
    client.force_login(patient)

    def get():
        return client.get("/log/offline/").content.decode()

    return get


def test_the_kept_log_page_asks_what_the_plan_asks(offline_log):
    html = offline_log()
    for field in ("left_loading", "left_rest", "left_night", "aid", "did_walking", "note"):
        assert f'name="{field}"' in html
    assert html.count("data-days-back") == 15


def test_the_kept_log_page_holds_no_diary_no_name_and_no_token(offline_log, patient):
    html = offline_log()
    assert 'data-queue="entry"' in html
    assert "csrf" not in html
    for told in ("SECRET", patient.name, patient.email, patient.clinic.name, " checked"):
        assert told not in html


def test_the_kept_log_page_leaves_out_what_the_plan_said_of_an_activity(offline_log, client):
    assert "activity-rule" not in offline_log()
    assert "activity-rule" in client.get("/log/").content.decode()


def test_the_kept_log_page_takes_no_message_away(offline_log, client):
    client.post("/settings/", {"name": "Own Patient", "language": "en", "time_zone": "UTC"})
    assert "Your settings are saved" not in offline_log()
    assert "Your settings are saved" in client.get("/").content.decode()


def test_the_kept_log_page_carries_the_version_of_the_log_page(offline_log, client, patient):
    version = re.compile(r'data-offline-version="(\w{16})"')
    first = version.search(offline_log())[1]
    assert version.search(client.get("/log/").content.decode())[1] == first
    factories.make_activity("swimming")
    second = version.search(offline_log())[1]
    patient.language = "nl"
    patient.save()
    third = version.search(offline_log())[1]
    assert len({first, second, third}) == 3


def test_without_a_plan_there_is_nothing_to_keep(client, patient):
    client.force_login(patient)
    answer = client.get("/log/offline/")
    assert (answer.status_code, answer.url) == (302, "/log/")


def test_the_kept_log_page_costs_few_queries(offline_log, django_assert_num_queries):
    offline_log()  # the first one makes the key that it is sealed to
    with django_assert_num_queries(8):
        offline_log()


def test_only_patients_and_visitors_are_offered_the_app(client, patient, physiotherapist):
    for person, is_offered in ((None, True), (patient, True), (physiotherapist, False)):
        visitor = Client()
        if person:
            visitor.force_login(person)
        html = visitor.get("/settings/" if person else "/sign-in/").content.decode()
        assert ('rel="manifest"' in html) == is_offered


def test_only_a_patient_has_the_place_that_says_what_waits(client, patient, physiotherapist):
    for person, has_place in ((patient, True), (physiotherapist, False)):
        client.force_login(person)
        assert ('id="waiting"' in client.get("/settings/").content.decode()) == has_place


def test_scripts_of_workers_come_from_here_alone(client):
    assert "worker-src 'self'" in client.get("/sign-in/").headers["Content-Security-Policy"]
