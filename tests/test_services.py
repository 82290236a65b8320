"""Which service of the regional platform a path goes to."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere

AUTH = (  # noqa: SIM905 - as a list it fills a page
    "account/keys account/profile client/tfa client/tfa/validate contracts contracts/history "
    "contracts/1/accept keys keys/1 organizations regions scm_integrations scm_integrations/1 "
    "scm_integrations/1/import_keys scm_integrations/1/search_repos tokens tokens/1 "
    "tokens/1/renew users/account users/delete users/delete/1/confirm users/roles users/self "
    "users/stop_free_trial "
).split()
REGIONAL = (  # noqa: SIM905 - as above
    "account/billing/profile account/invoices account/invoices/1/download "
    "account/referrals/stats account/usage addon_providers/1/plans apps apps/collaboration "
    "apps/a apps/a/keys apps/a/addons/1/token apps/a/scm_repo_link apps/a/databases "
    "collaborators databases databases/1 databases/1/net_peerings "
    "databases/1/network_configuration event_types events features/metrics features/stacks "
    "notification_platforms/search projects projects/1/transfer_invitations/2/accept "
    "scm_repo_links sources users users/u-1 "
).split()


@pytest.mark.parametrize("path", AUTH)
def test_a_path_of_the_authentication_api(
    path: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(["api", "POST", path, "--dry-run", "--json"])
    spelt = path.removeprefix("account/") if path == "account/keys" else path
    assert said.json["requests"][0]["url"] == f"{sandbox.auth_url}/v1/{spelt}"


@pytest.mark.parametrize("path", REGIONAL)
def test_a_path_of_the_regions_api(path: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(["api", "POST", path, "--dry-run", "--json"])
    assert said.json["requests"][0]["url"] == f"{sandbox.url}/v1/{path}"


@pytest.mark.legacy
@pytest.mark.parametrize("path", ["account/keys", "users/self", "tokens", "apps"])
def test_the_legacy_api_is_one_service(path: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(["api", "POST", path, "--dry-run", "--json"])
    assert said.json["requests"][0]["url"] == f"{sandbox.url}/v1/{path}"


@pytest.mark.parametrize(
    "path", ["features/stacks", "addon_providers", "event_types", "notification_platforms"]
)
def test_what_anyone_may_read_is_read_without_a_token(
    path: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"stacks": []})
    said = scalingo(["api", "GET", path], SCALINGO_API_TOKEN=None, SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.json) == (0, {"stacks": []})
    assert "Authorization" not in elsewhere.seen[0][2]
    said = scalingo("api GET apps", SCALINGO_API_TOKEN=None)
    assert (said.code, len(elsewhere.seen)) == (4, 1)


def test_a_page_instead_of_an_answer_names_the_address_to_check(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    page = {"body": "<!DOCTYPE html><title>Not here</title>", "content_type": "text/html"}
    sandbox.fail_next("404", 1, "GET", "/v1/keys", **page)
    said = scalingo("api GET keys/k-1")
    assert said.code == 3
    assert said.stderr.splitlines() == [
        "Error: Nothing found at keys/k-1.",
        "It may have been removed meanwhile. If not: check that SCALINGO_AUTH_URL is the URL of the"
        " API.",
    ]
    sandbox.fail_next("404", 1, "DELETE", "/v1/keys", **page)
    said = scalingo("keys remove 'Build machine' --yes")
    assert said.code == 3
    assert "It may have been removed meanwhile." in said.stderr
    sandbox.fail_next("404", 1, "GET", "/v1/apps", **page)
    assert "Check that SCALINGO_API_URL is the URL of the API." in scalingo("api GET apps").stderr
