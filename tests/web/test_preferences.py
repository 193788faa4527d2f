"""Theme, language, health and the style guide."""

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_theme_is_remembered_and_leads_back(client: Client, theme: str) -> None:
    response = client.post("/preferences/theme/", {"theme": theme, "next": "/health/"})
    assert response.headers["Location"] == "/health/"
    assert client.cookies["linli_theme"].value == theme


@pytest.mark.django_db
def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    client.post("/preferences/theme/", {"theme": "pink"})
    assert "linli_theme" not in client.cookies


@pytest.mark.django_db
def test_preferences_never_lead_to_another_site(client: Client) -> None:
    for address in ("/preferences/theme/", "/preferences/language/"):
        response = client.post(
            address, {"theme": "dark", "language": "en", "next": "//evil.test/x"}
        )
        assert "evil" not in response.headers["Location"]


@pytest.mark.django_db
def test_a_language_is_remembered(client: Client, settings: Settings) -> None:
    settings.LINLI_DEMO = True
    client.post("/preferences/language/", {"language": "en"})
    page = client.get("/styleguide/").content.decode()
    assert '<html lang="en"' in page
    client.post("/preferences/language/", {"language": "zh-hans"})
    assert '<html lang="zh-Hans"' in client.get("/styleguide/").content.decode()


@pytest.mark.django_db
def test_health_says_that_the_database_answers(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_health_says_when_it_does_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OperationalError

    monkeypatch.setattr("linli.web.views.site.connection.cursor", broken)
    response = client.get("/health/")
    assert (response.status_code, response.json()["ok"]) == (503, False)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/styleguide/", "/styleguide/?portal", "/styleguide/?toasts"])
def test_the_style_guide_is_shown_in_the_demo_only(
    client: Client, settings: Settings, address: str
) -> None:
    settings.LINLI_DEMO = True
    page = client.get(address)
    assert page.status_code == 200
    assert "ll-demo" in page.content.decode()
    settings.LINLI_DEMO = False
    assert client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["grids", "cases"])
def test_the_style_guide_has_something_to_map(
    client: Client, settings: Settings, name: str
) -> None:
    settings.LINLI_DEMO = True
    assert len(client.get(f"/styleguide/{name}.json").json()["features"]) >= 16
    settings.LINLI_DEMO = False
    assert client.get(f"/styleguide/{name}.json").status_code == 404


@pytest.mark.django_db
def test_a_chosen_theme_is_in_the_page_before_any_script_runs(
    client: Client, settings: Settings
) -> None:
    settings.LINLI_DEMO = True
    client.post("/preferences/theme/", {"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/styleguide/").content.decode()
