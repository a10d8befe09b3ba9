"""A patient's page loads one style sheet and one script, made from small sources."""

import gzip
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import reverse

from hiptrack import bundles
from tests import factories

ROOT = Path(__file__).resolve().parent.parent
LOADED = re.compile(
    r'<(?:link rel="(?:icon|stylesheet)"|script|img)[^>]*?(?:href|src)="(?!data:)([^"]+)"'
)
CLASSES = re.compile(r'class="([^"{]+)"')


@pytest.fixture
def workshop(monkeypatch, tmp_path):
    """Sources and bundles of one's own: workshop["css/a.css"] = text, then joined(name)."""
    monkeypatch.setattr(bundles, "STATIC", tmp_path / "static")
    monkeypatch.setattr(bundles, "BUILT", tmp_path / "built")
    monkeypatch.setattr(
        bundles,
        "SOURCES",
        {"bundles/x.css": ("css/a.css", "other/b.css"), "bundles/x.js": ("js/a.js", "js/b.js")},
    )
    monkeypatch.setattr(bundles, "PRUNED", {"other/b.css"})
    monkeypatch.setattr(bundles, "NAMED_IN", ((tmp_path, ("page.html",)),))
    monkeypatch.setattr(bundles, "NAMED_IN_PACKAGES", {})
    (tmp_path / "page.html").write_text('<b class="used">')
    for name in ("css/a.css", "other/b.css", "js/a.js", "js/b.js"):
        put(tmp_path, name, "")
    return tmp_path


def put(workshop, name, text):
    path = workshop / "static" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_style_sheets_are_joined_in_order_and_the_vendors_pruned(workshop):
    put(workshop, "css/a.css", "/* why */\n.unused { a: b; }\n")
    put(workshop, "other/b.css", ".used{c:d}.gone{e:f}")
    assert bundles.join("bundles/x.css") == ".unused { a: b; }\n.used{c:d}"


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("url(../pictures/a.svg)", 'url("../pictures/a.svg")'),
        ("url('a.svg')", 'url("../css/a.svg")'),
        ('url("data:image/svg+xml,%3csvg")', 'url("data:image/svg+xml,%3csvg")'),
        ("url(/static/a.svg)", "url(/static/a.svg)"),
        ("url(#mark)", "url(#mark)"),
        ("url(https://elsewhere.example/a.svg)", "url(https://elsewhere.example/a.svg)"),
    ],
)
def test_addresses_are_right_from_where_the_bundle_stands(workshop, written, moved):
    put(workshop, "css/a.css", f"b {{ background: {written}; }}")
    assert bundles.join("bundles/x.css").strip() == f"b {{ background: {moved}; }}"


def test_scripts_keep_their_names_and_share_one_object(workshop):
    put(workshop, "js/a.js", "const name = 'a';\nhiptrack.greet = () => name; // said")
    put(workshop, "js/b.js", "const name = 'b';\nwindow.log(hiptrack.greet() + name);")
    bundle = bundles.join("bundles/x.js")
    assert bundle.count("(function (hiptrack) {") == 2
    assert bundle.startswith("window.hiptrack = {};\n")
    assert "greet = () => name; // said\n})(window.hiptrack);" in bundle


def test_a_bundle_is_made_again_when_a_source_changed_and_only_then(workshop):
    finder = bundles.BundleFinder()
    put(workshop, "js/a.js", "1;")
    path = Path(finder.find("bundles/x.js"))
    before = path.stat().st_mtime_ns
    assert Path(finder.find("bundles/x.js")).stat().st_mtime_ns == before
    put(workshop, "js/a.js", "22;")
    assert "22;" in Path(finder.find("bundles/x.js")).read_text()


def test_a_page_with_a_new_class_brings_its_rule(workshop):
    finder = bundles.BundleFinder()
    put(workshop, "other/b.css", ".late{a:b}")
    assert ".late" not in Path(finder.find("bundles/x.css")).read_text()
    (workshop / "page.html").write_text('<b class="late">')
    assert ".late" in Path(finder.find("bundles/x.css")).read_text()


def test_a_bundle_of_an_earlier_start_does_not_stay_because_it_is_newer(workshop):
    put(workshop, "js/a.js", "now;")
    path = Path(bundles.BundleFinder().find("bundles/x.js"))
    put(workshop, "js/a.js", "older;")
    os.utime(workshop / "static/js/a.js", (1, 1))
    assert "older;" in Path(bundles.BundleFinder().find("bundles/x.js")).read_text()
    assert path.exists()


def test_nothing_half_written_is_ever_seen(workshop):
    put(workshop, "js/a.js", "x;")
    path = Path(bundles.BundleFinder().find("bundles/x.js"))
    with path.open() as seen:  # what another process has open stays whole
        bundles.write(path, "new text")
        assert "x;" in seen.read()
    assert path.read_text() == "new text"
    assert [each.name for each in path.parent.iterdir()] == ["x.js"]


def test_other_names_are_not_found(workshop):
    finder = bundles.BundleFinder()
    assert finder.find("css/a.css") == []
    assert finder.find("css/a.css", find_all=True) == []
    assert finder.find("bundles/x.js", find_all=True) == [str(workshop / "built/bundles/x.js")]


def test_a_missing_source_is_named(workshop):
    assert bundles.BundleFinder().check() == []
    (workshop / "static/js/b.js").unlink()
    (found,) = bundles.BundleFinder().check()
    assert "js/b.js of bundles/x.js is not in" in found.msg


def test_no_class_of_a_page_loses_its_rule():
    """What Bootstrap says of a class that a template names is said in the bundle too."""
    vendored = (ROOT / "static/vendor/bootstrap-5.3.9.min.css").read_text()
    bundle = Path(finders.find("bundles/patient.css")).read_text()
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for names in CLASSES.findall(path.read_text())
        for name in names.split()
    }
    known = {name for name in named if re.search(rf"\.{re.escape(name)}(?![\w-])", vendored)}
    assert {"btn", "form-control", "mt-3"} <= known
    assert {each for each in known if not re.search(rf"\.{re.escape(each)}(?![\w-])", bundle)} == (
        set()
    )
    assert ".accordion" not in bundle


def test_collected_bundles_have_a_hash_in_their_name_and_are_light(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = sorted(
        re.sub(r"\.[0-9a-f]{12}\.", ".<hash>.", path.name)
        for path in (tmp_path / "bundles").iterdir()
        if path.suffix == ".gz" and re.search(r"\.[0-9a-f]{12}\.", path.name)
    )
    assert hashed == ["patient.<hash>.css.gz", "patient.<hash>.js.gz"]
    weights = {
        name: len(gzip.compress((tmp_path / f"bundles/patient.{name}").read_bytes()))
        for name in ("css", "js")
    }
    assert weights["css"] <= 14_000
    assert weights["js"] <= 35_000


def files_of(html):
    return [address.removeprefix("/static/") for address in LOADED.findall(html)]


def test_a_patient_loads_two_files(client, patient):
    factories.make_episode(patient, factories.make_plan())
    client.force_login(patient)
    for address in ("/", "/log/", "/history/", "/plan/", "/progress/", "/settings/"):
        html = client.get(address).content.decode()
        assert (address, files_of(html)) == (
            address,
            ["bundles/patient.css", "bundles/patient.js"],
        )
        assert f'<body class="patient" data-person="{patient.uuid}">' in html


@pytest.mark.django_db
def test_who_is_not_signed_in_loads_what_a_patient_loads(client):
    html = client.get(reverse("account_login")).content.decode()
    assert files_of(html) == ["bundles/patient.css", "bundles/patient.js"]
    assert "<body>" in html


def test_staff_load_the_sources_and_htmx_only_where_it_is_used(client, physiotherapist):
    client.force_login(physiotherapist)
    base = ["vendor/bootstrap-5.3.9.min.css", "css/tokens.css", "css/app.css"]
    assert files_of(client.get("/settings/").content.decode()) == base
    html = client.get("/care/").content.decode()
    assert files_of(html) == [
        *base,
        "css/charts.css",
        "css/care.css",
        "django_htmx/htmx-2.min.js",
    ]
    assert '<body class="staff">' in html


def test_every_page_that_asks_for_htmx_loads_it():
    folder = ROOT / "templates"
    texts = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.html")}

    def with_its_parts(text):
        names = re.findall(r'include "([^"]+)"', text)
        return text + "".join(with_its_parts(texts[name]) for name in names)

    pages = {name: text for name, text in texts.items() if text.startswith("{% extends")}
    asking = {name for name, text in pages.items() if re.search(r"\bhx-", with_its_parts(text))}
    loading = {name for name, text in pages.items() if "_htmx.html" in text}
    # Lines without a plan are edited on a page of their own.
    assert asking - loading == {"conditions/condition.html", "conditions/list.html"}
    assert loading == {"care/caseload.html", "conditions/plan.html", "conditions/part.html"}


def test_the_mark_of_the_pages_is_the_drawing_in_icons():
    base = (ROOT / "templates/base.html").read_text()
    data = re.search(r'href="data:image/svg\+xml,([^"]+)"', base)[1]
    drawing = (ROOT / "static/icons/hiptrack.svg").read_text().strip()
    assert urllib.parse.unquote(data).replace("'", '"') == drawing


def test_pages_are_compressed(client, patient):
    client.force_login(patient)
    answer = client.get("/settings/", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "no-store" in answer.headers["Cache-Control"]
    plain = client.get("/settings/")
    assert "Content-Encoding" not in plain.headers


def test_two_pages_with_the_same_text_differ_in_length(client, patient):
    """What a listener sees must not tell what stands in a page (BREACH)."""
    client.force_login(patient)
    lengths = {
        len(client.get("/plan/", headers={"accept-encoding": "gzip"}).content) for _ in range(12)
    }
    assert len(lengths) > 1


def test_bundles_are_made_while_two_processes_look_for_them(tmp_path):
    program = (
        "import django; django.setup();"
        "from django.contrib.staticfiles import finders;"
        "print(len(open(finders.find('bundles/patient.css')).read()))"
    )
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "VAR_DIR": str(tmp_path),
    }
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    told = {process.communicate(timeout=60)[0] for process in both}
    assert len(told) == 1
    assert int(told.pop()) > 20_000
