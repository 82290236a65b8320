"""Stories of `scalingo projects`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes, methods, methods_and_bodies
from tests.command_line import CommandLine


def names(scalingo: CommandLine) -> list[str]:
    return [line[0] for line in scalingo("projects").lines]


def test_projects_in_a_pipe_one_a_line(scalingo: CommandLine) -> None:
    result = scalingo("projects")
    assert (result.code, result.stderr) == (0, "")
    assert [line[:3] for line in result.lines] == [
        ["default", "yes", "noor"],
        ["Harvest", "no", "noor"],
        ["Cellar", "no", "noor"],
    ]
    document = scalingo("projects --json").json
    assert [row["id"] for row in document["projects"]] == [line[4] for line in result.lines]


def test_projects_show_by_name_and_by_id(scalingo: CommandLine) -> None:
    [shown] = scalingo("projects show Harvest").lines
    assert shown[:2] == ["Harvest", "no"]
    assert scalingo(f"projects-details {shown[4]}").lines == [shown]


def test_projects_show_of_an_unknown_one_names_the_nearest(scalingo: CommandLine) -> None:
    result = scalingo("projects show harvset")
    assert (result.code, result.stdout) == (3, "")
    assert 'Your account has no project "harvset".' in result.stderr
    assert "List them: scalingo projects" in result.stderr


def test_projects_create_update_and_delete(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("projects create Orchard").lines[0][:2] == ["Orchard", "no"]
    result = scalingo("projects update Orchard --name Meadow --default")
    assert (result.code, result.lines[0][:2]) == (0, ["Meadow", "yes"])
    assert result.stderr == "Updated the project Orchard.\n"
    assert next(line[:2] for line in scalingo("projects").lines) == ["default", "no"]
    assert scalingo("projects delete Cellar --yes").stderr == "Deleted the project Cellar.\n"
    assert names(scalingo) == ["default", "Harvest", "Meadow"]
    assert methods_and_bodies(sandbox) == [
        ("POST", {"project": {"name": "Orchard"}}),
        ("PATCH", {"project": {"name": "Meadow", "default": True}}),
        ("DELETE", None),
    ]
    kinds = [row["type"] for row in sandbox.store.users[0].events[-3:]]
    assert kinds == ["new_project", "edit_project", "delete_project"]


def test_projects_update_sends_nothing_without_a_change(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("projects update Harvest")
    assert result.code == 2
    assert "use --name, --default or both" in result.stderr
    assert sandbox.requests == []


def test_projects_update_changes_the_name_that_apps_show(scalingo: CommandLine) -> None:
    assert scalingo("projects update Harvest --name Autumn").code == 0
    app = scalingo("apps show pinecrate-blog --json").json["app"]
    assert app["project"]["name"] == "Autumn"


def test_projects_delete_names_the_apps_that_are_in_the_way(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("projects delete Harvest --yes")
    assert (result.code, result.stdout) == (5, "")
    assert "The project Harvest has apps: pinecrate-blog, pinecrate-import." in result.stderr
    assert "scalingo apps update NAME --project PROJECT" in result.stderr
    assert changes(sandbox) == []


def test_projects_delete_passes_the_refusal_of_the_platform_on(scalingo: CommandLine) -> None:
    assert scalingo("projects update Cellar --default").code == 0
    result = scalingo("projects delete Cellar --yes")
    assert result.code == 5
    assert "Cannot delete the default project" in result.stderr


def test_projects_delete_asks_and_refuses_without_a_terminal(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("projects delete Cellar")
    assert result.code == 2
    assert "Pass --yes" in result.stderr
    terminal = scalingo.terminal("projects delete Cellar")
    terminal.expect("Delete the project Cellar\\?")
    terminal.sendline("n")
    terminal.wait()
    assert terminal.exitstatus != 0
    assert changes(sandbox) == []


def test_projects_are_called_as_the_official_client_does(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("projects-add Orchard --default").code == 0
    assert scalingo("projects-update Orchard --name Meadow").code == 0
    assert scalingo("projects-update Cellar --default true").code == 0
    assert scalingo("projects-remove Meadow").code == 0
    assert methods(sandbox) == ["POST", "PATCH", "PATCH", "DELETE"]


@pytest.mark.legacy
def test_projects_of_the_legacy_api(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("projects")
    assert result.code == 2
    assert "The legacy API has no such thing" in result.stderr
    assert sandbox.requests == []
