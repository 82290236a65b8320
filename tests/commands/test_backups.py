"""Stories of `scalingo backups`."""

from __future__ import annotations

import io
import json
import re
import stat
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.terminals import Terminal

pytestmark = pytest.mark.regional
IMPORT = "pinecrate-import"


def paths(sandbox: Sandbox) -> list[str]:
    """The ends of the paths that were asked for."""
    return [request.path.rpartition("/")[2] for request in sandbox.requests]


def newest(scalingo: CommandLine) -> str:
    """The id of the newest backup of the main app's database."""
    return scalingo("backups").lines[0][0]


def download_path(scalingo: CommandLine, backup: str) -> str:
    """Where the archive of a backup is fetched."""
    row = scalingo(["backups", "show", backup, "--json"]).json["database_backup"]
    return f"/api/databases/{row['database_id']}/backups/{backup}/download"


def members(archive: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as opened:
        return opened.getnames()


def test_backups_in_a_pipe_are_a_line_each_newest_first(scalingo: CommandLine) -> None:
    result = scalingo("backups")
    assert (result.code, result.stderr) == (0, "")
    created = [line[1] for line in result.lines]
    assert created == sorted(created, reverse=True)
    assert {line[2] for line in result.lines} == {"done"}


def test_backups_json_is_the_document_of_the_api(scalingo: CommandLine) -> None:
    listed = scalingo("backups --json").json["database_backups"]
    assert listed[0].keys() >= {"id", "name", "size", "status", "method", "database_id"}
    shown = scalingo(["backups", "show", listed[0]["id"], "--json"]).json
    assert shown == {"database_backup": listed[0]}


def test_backups_show_takes_latest_and_the_start_of_an_id(scalingo: CommandLine) -> None:
    ids = [line[0] for line in scalingo("backups").lines]
    assert scalingo("backups show latest").lines[0][0] == ids[0]
    start = next(
        ids[0][:length]
        for length in range(4, len(ids[0]))
        if sum(each.startswith(ids[0][:length]) for each in ids) == 1
    )
    assert scalingo(f"backups show {start}").lines[0][0] == ids[0]
    assert scalingo(f"backups download {start} -o one.tar.gz").stdout == "one.tar.gz\n"
    said = scalingo("backups show 0000")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr.startswith('Error: postgresql of pinecrate-shop has no backup "0000".\n')


def test_backups_show_lists_the_backups_that_begin_alike(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("backups").code == 0
    [database] = sandbox.store.app(sandbox.main_app).databases.values()
    first, second, *_ = database.backups
    first.id, second.id = f"3f9c{first.id[4:]}", f"3f9c{second.id[4:]}"
    for line in ("backups show 3f9c", "backups download 3f9c"):
        said = scalingo(line)
        assert (said.code, said.stdout) == (2, "")
        assert said.stderr.startswith('Error: 2 of them begin with "3f9c".\nUse a whole ID: ')
        assert f"{first.id} (" in said.stderr


def test_backups_at_a_terminal_are_a_table(scalingo: CommandLine) -> None:
    result = scalingo("backups", SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    assert {"Created", "Status", "Size"} <= set(result.stdout.splitlines()[0].split())
    assert "KiB" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 60


def test_backups_asks_for_nothing_but_them_once_the_database_is_known(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("backups").code == 0
    assert paths(sandbox) == ["addons", "token", "backups"]
    sandbox.clear_requests()
    assert scalingo("backups").code == 0
    assert paths(sandbox) == ["backups"]
    sandbox.clear_requests()
    assert scalingo("backups", SCALINGO_NO_CACHE="1").code == 0
    assert paths(sandbox) == ["exchange", "addons", "token", "backups"]


def test_backups_renews_a_kept_token_that_is_refused(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("backups").code == 0
    for kind in ("400", "401"):
        sandbox.clear_requests()
        sandbox.fail_next(kind, service="db", body='{"error": "unauthorized"}')
        assert scalingo("backups").code == 0
        assert paths(sandbox) == ["backups", "token", "backups"]


@pytest.mark.parametrize("addon", ["postgresql", "psql", "POSTGRES", "pinecrate_im_2051"])
def test_backups_addon_is_a_type_a_short_form_or_a_name(addon: str, scalingo: CommandLine) -> None:
    result = scalingo(["backups", "--app", IMPORT, "--addon", addon])
    assert result.code == 0
    by_variable = scalingo(f"backups --app {IMPORT}", SCALINGO_ADDON=addon)
    assert by_variable.stdout == result.stdout
    before_the_command = scalingo(["--addon", addon, "--app", IMPORT, "backups"])
    assert before_the_command.stdout == result.stdout


def test_backups_of_an_app_with_several_databases_requires_one(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(f"backups --app {IMPORT}")
    assert (result.code, result.stdout) == (2, "")
    assert "postgresql (ad-" in result.stderr
    assert "mongodb (ad-" in result.stderr
    assert "Choose one with --addon." in result.stderr
    assert {request.service for request in sandbox.requests} == {"api"}


def test_backups_of_two_of_a_kind_requires_an_id(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [addon] = [
        row
        for row in scalingo("addons --json").json["addons"]
        if row["addon_provider"]["id"] == "postgresql"
    ]
    other = {**addon, "id": "ad-2"}
    path = f"/v1/apps/{sandbox.main_app}/addons"
    sandbox.fail_next("200", path=path, body=json.dumps({"addons": [addon, other]}))
    result = scalingo("backups --addon postgresql")
    assert result.code == 2
    assert f"Use an ID: {addon['id']}, ad-2" in result.stderr
    assert scalingo(["backups", "--addon", addon["id"]]).code == 0


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("backups --addon nosuch", 3, 'has no add-on "nosuch"'),
        ("backups --addon ''", 2, "--addon requires a name"),
        ("backups --app a --database b", 2, "--app and --database cannot be combined"),
        ("backups --addon a --database b", 2, "--addon and --database cannot be combined"),
        (f"backups --database {IMPORT}", 2, "is an app with 6 add-ons"),
        ("backups --app pinecrate-next", 3, "pinecrate-next has no database"),
        ("backups show nosuch", 3, 'No such backup "nosuch".\nList them: scalingo backups --app'),
        ("backups restore nosuch --confirm pinecrate-shop", 3, "List them: scalingo backups"),
        ("databases maintenance show nosuch", 3, "List them: scalingo databases maintenance"),
        ("env --database ''", 2, "--database requires a name"),
    ],
)
def test_backups_says_which_database_it_lacks(
    line: str, code: int, says: str, scalingo: CommandLine
) -> None:
    result = scalingo(line)
    assert (result.code, result.stdout) == (code, "")
    assert says in result.stderr


def test_backups_create_waits_and_a_failed_backup_is_an_error(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    made = scalingo("backups create --wait")
    assert made.code == 0
    assert made.lines[0][2] == "done"
    sandbox.end_next_backup("error")
    failed = scalingo("backups-create")
    assert (failed.code, failed.stdout) == (1, "")
    assert "ended with status error" in failed.stderr
    started = scalingo("backups create")
    assert (started.code, started.lines[0][2]) == (0, "scheduled")
    assert "To look at it: scalingo backups show" in started.stderr


def test_backups_download_is_whole_and_private(scalingo: CommandLine) -> None:
    result = scalingo("backups download")
    assert result.code == 0
    file = Path(result.stdout.strip())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert members(file.read_bytes()) == [f"{file.name.removesuffix('.tar.gz')}/dump.sql"]
    assert not Path(f"{file}.part").exists()
    again = scalingo("backups download")
    assert (again.code, again.stdout) == (2, "")
    assert "exists already" in again.stderr
    assert scalingo("backups download --force").code == 0
    Path("dumps").mkdir()
    assert scalingo("backups download -o dumps").stdout == f"dumps/{file.name}\n"


def test_backups_download_takes_the_place_of_a_longer_file(scalingo: CommandLine) -> None:
    Path("old").write_bytes(b"x" * 100_000)
    assert scalingo("backups-download --output old").code == 0
    assert members(Path("old").read_bytes())


def test_backups_download_to_stdout_is_bytes_alone(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("backups download -o -")
    assert (result.code, result.stderr) == (0, "")
    assert members(result.raw_stdout)
    sandbox.fail_next("503", times=9, service="db")
    failed = scalingo("backups-download -o -")
    assert (failed.code, failed.raw_stdout) == (6, b"")
    assert "\nError: " in failed.stderr
    assert scalingo("backups download -o - --json").code == 2


def test_backups_download_goes_on_after_a_cut(scalingo: CommandLine, sandbox: Sandbox) -> None:
    path = download_path(scalingo, newest(scalingo))
    sandbox.fail_next("cut_body", path=path)
    sandbox.clear_requests()
    result = scalingo("backups download -o F")
    assert result.code == 0, result.stderr
    assert "Resuming at byte " in result.stderr
    assert members(Path("F").read_bytes())
    first, second = [request for request in sandbox.requests if request.path == path]
    assert "range" not in first.headers
    assert second.status == 206
    assert second.headers["if-range"].startswith('"')
    assert "authorization" not in first.headers


def test_backups_download_goes_on_in_a_second_run(scalingo: CommandLine, sandbox: Sandbox) -> None:
    path = download_path(scalingo, newest(scalingo))
    sandbox.fail_next("cut_body", path=path)
    cut = scalingo("backups download -o F --no-retry")
    assert (cut.code, cut.stdout) == (6, "")
    assert "To go on with F.part, run the command again." in cut.stderr
    assert not Path("F").exists()
    part = Path("F.part")
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    size = part.stat().st_size
    assert size
    sandbox.clear_requests()
    assert scalingo("backups download -o F").code == 0
    assert sandbox.requests[-1].headers["range"] == f"bytes={size}-"
    assert members(Path("F").read_bytes())
    assert not part.exists()


def test_backups_download_of_another_backup_does_not_go_on(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    first, second = [line[0] for line in scalingo("backups").lines[:2]]
    sandbox.fail_next("cut_body", path=download_path(scalingo, first))
    assert scalingo(f"backups download {first} -o F --no-retry").code == 6
    assert scalingo(f"backups download {second} -o F").code == 0
    assert "range" not in sandbox.requests[-1].headers
    assert members(Path("F").read_bytes())


def test_backups_download_asks_for_a_new_link_if_one_has_expired(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path = download_path(scalingo, newest(scalingo))
    sandbox.fail_next("cut_body", path=path)
    sandbox.fail_next("403", path=path)
    result = scalingo("backups download -o F")
    assert result.code == 0, result.stderr
    assert paths(sandbox)[-5:] == ["archive", "download", "download", "archive", "download"]
    sandbox.fail_next("403", path=path, times=9)
    assert scalingo("backups download -o G").code == 4


def test_backups_download_of_what_is_no_archive_is_an_error(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path = download_path(scalingo, newest(scalingo))
    for output in ("F", "-"):
        sandbox.fail_next("200", path=path, body="<Error>NoSuchKey</Error>", content_type="x/xml")
        result = scalingo(f"backups download -o {output}")
        assert (result.code, result.raw_stdout) == (1, b"")
        assert "is not an archive" in result.stderr
    assert not list(Path().glob("F*"))


def test_backups_download_hides_the_token_of_the_link(scalingo: CommandLine) -> None:
    result = scalingo("backups download -o F --debug-body")
    assert result.code == 0
    assert "/download?token=" in result.stderr
    assert "token=********" in result.stderr.replace("%2A", "*") or "token=***" in result.stderr


def test_backups_download_refuses_what_has_no_archive(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(f"backups download --app {IMPORT} --addon opensearch")
    assert (result.code, result.stdout) == (2, "")
    assert "no downloads of opensearch backups" in result.stderr
    sandbox.end_next_backup("error")
    backup = scalingo("backups create --json").json["database_backup"]["id"]
    sandbox.advance(60)
    failed = scalingo(f"backups download {backup}")
    assert (failed.code, failed.stdout) == (1, "")
    assert "its status is error" in failed.stderr


def test_backups_download_at_a_terminal_has_a_bar_and_ctrl_c_keeps_the_part(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path = download_path(scalingo, newest(scalingo))
    sandbox.fail_next("cut_body", path=path)
    sandbox.fail_next("slow", path=path, delay=600)
    typed = Terminal(scalingo, "backups", "download", "-o", "F")
    typed.expect("━")
    typed.expect("Resuming at byte ")
    typed.type("\x03")
    typed.expect("run the command again")
    assert typed.end()[0] == 130
    while sandbox.pending_faults():  # Ctrl-C came before the second request
        assert scalingo("backups download -o F --no-retry", SCALINGO_TIMEOUT="1").code == 6
    size = Path("F.part").stat().st_size
    assert size
    sandbox.clear_requests()
    assert scalingo("backups download -o F").code == 0
    assert sandbox.requests[-1].headers["range"] == f"bytes={size}-"
    assert members(Path("F").read_bytes())


def test_backups_schedule_shows_utc_and_local_time(scalingo: CommandLine) -> None:
    shown = scalingo.process("backups schedule", TZ="Asia/Tokyo")
    assert shown.lines == [["yes", "1", "10:00"]]
    assert scalingo.process("backups-config", TZ="Asia/Tokyo") == shown


def test_backups_schedule_takes_the_offset_that_a_zone_has_today(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    noon = datetime.now(ZoneInfo("Europe/Paris")).replace(hour=12, minute=0)
    assert scalingo("backups-config --schedule-at '12:00 Europe/Paris'").code == 0
    shown = scalingo("backups schedule --json").json["database"]["periodic_backups_scheduled_at"]
    assert shown == [noon.astimezone(UTC).hour]


@pytest.mark.parametrize(
    ("given", "zone", "hour"),
    [("10 Asia/Tokyo", "UTC", 1), ("20", "Asia/Tokyo", 11), ("0 UTC", "Asia/Tokyo", 0)],
)
def test_backups_schedule_takes_the_hour_that_is_given(
    given: str, zone: str, hour: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo.process(["backups-config", "--schedule-at", given], TZ=zone)
    assert result.code == 0, result.stderr
    [sent] = [request.json for request in sandbox.requests if request.method == "PATCH"]
    assert sent == {
        "database": {"periodic_backups_enabled": True, "periodic_backups_scheduled_at": hour}
    }
    assert f"{hour:02}:00 UTC" in result.stderr


@pytest.mark.parametrize("given", ["24", "x", "3 Nowhere/Land", "3 Asia/Kolkata", "-1"])
def test_backups_schedule_refuses_what_is_no_hour(
    given: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo(["backups", "schedule", f"--at={given}"]).code == 2
    assert sandbox.requests == []


def test_backups_schedule_off_asks(scalingo: CommandLine) -> None:
    refused = scalingo("backups-config --unschedule")
    assert (refused.code, refused.stdout) == (2, "")
    stopped = scalingo("backups schedule --off --yes")
    assert (stopped.code, stopped.lines[0][0]) == (0, "no")


def test_backups_restore_names_what_it_overwrites(scalingo: CommandLine, sandbox: Sandbox) -> None:
    backup = newest(scalingo)
    refused = scalingo(f"backups restore {backup}")
    assert (refused.code, refused.stdout) == (2, "")
    words = r"postgresql of pinecrate-shop with its backup of \d{4}-\d\d-\d\d [\d:]{8} \(.+ ago\);"
    assert re.search(words, refused.stderr)
    wrong = scalingo(f"backups restore {backup} --confirm other")
    assert wrong.code == 2
    assert "POST" not in {r.method for r in sandbox.requests if r.service == "db"}
    done = scalingo(f"backups restore {backup} --confirm {sandbox.main_app} --wait")
    assert done.code == 0
    assert f"Restored postgresql of {sandbox.main_app}" in done.stderr
    again = scalingo(f"backups restore {backup} --confirm {sandbox.main_app} --wait --json")
    assert (again.code, again.json["operation"]["status"]) == (0, "finished")


def test_backups_of_an_addon_that_was_replaced_are_found_the_next_time(
    scalingo: CommandLine,
) -> None:
    assert scalingo("backups").code == 0
    assert scalingo("addons remove postgresql --confirm postgresql").code == 0
    assert scalingo("addons add postgresql postgresql-starter-512").code == 0
    scalingo("backups")  # of the one that was, unless that is known
    assert scalingo("backups").code == 0


def test_backups_download_makes_no_file_before_there_is_something_to_write(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path = download_path(scalingo, newest(scalingo))
    sandbox.fail_next("404", path=path.replace("/download", "/archive"), times=9)
    Path("F").write_bytes(b"what was there")
    failed = scalingo("backups download -o F --force")
    assert (failed.code, failed.stdout) == (3, "")
    assert Path("F").read_bytes() == b"what was there"


def test_backups_download_latest_is_the_newest_that_is_done_in_whatever_order(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    document = scalingo("backups --json").json
    first, second, *rest = document["database_backups"]
    rows = [*reversed(rest), second, {**first, "status": "error"}]
    path = f"/api/databases/{first['database_id']}/backups"
    sandbox.fail_next("200", path=path, body=json.dumps({"database_backups": rows}))
    said = scalingo("backups download latest -o F")
    assert said.code == 0, said.stderr
    assert f"Downloaded the backup {second['id']}" in said.stderr


def test_backups_download_of_another_size_than_the_listed_one_is_an_error(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    document = scalingo("backups --json").json
    for row in document["database_backups"]:
        row["size"] += 1
    path = f"/api/databases/{row['database_id']}/backups"
    sandbox.fail_next("200", path=path, body=json.dumps(document))
    said = scalingo("backups download -o F")
    assert (said.code, said.stdout) == (1, "")
    assert "but the platform lists" in said.stderr
    assert not list(Path().glob("F*"))


def test_backups_create_gives_up_at_the_timeout(scalingo: CommandLine, sandbox: Sandbox) -> None:
    row = scalingo("backups create --json").json["database_backup"]
    scheduled = json.dumps({"database_backup": {**row, "status": "scheduled"}})
    path = f"/api/databases/{row['database_id']}/backups/"
    sandbox.fail_next("200", method="GET", path=path, body=scheduled, times=99)
    said = scalingo("backups create --wait --timeout 0.5")
    assert (said.code, said.stdout) == (124, "")
    assert "0.5 seconds" in said.stderr
    assert "To look at it: scalingo backups show" in said.stderr


def test_backups_create_asks_for_one_token_however_often_it_looks(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    row = scalingo("backups create --json").json["database_backup"]
    running = json.dumps({"database_backup": {**row, "status": "running"}})
    path = f"/api/databases/{row['database_id']}/backups/"
    sandbox.fail_next("200", method="GET", path=path, body=running)
    sandbox.fail_next("429", method="GET", path=path, body="Retry later", retry_after=1)
    sandbox.clear_requests()
    assert scalingo("backups-create").code == 0
    asked = paths(sandbox)
    assert "token" not in asked
    assert len(asked) >= 4  # which database, the backup, and at least two looks


@pytest.mark.parametrize(
    "line",
    [
        "database-pitr-restore 2h",
        "backups restore latest",
        "databases users delete reporting",
        "backups-config --unschedule",
        "databases delete crate-ledger",
    ],
)
def test_nothing_from_a_pipe_confirms(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    for answer in ("y\n", "yes\n", "pinecrate-shop\n", "crate-ledger\n", ""):
        said = scalingo(line, stdin=answer)
        assert (said.code, said.stdout) == (2, "")
        assert "there is no terminal" in said.stderr
    assert {request.method for request in sandbox.requests if request.service == "db"} <= {"GET"}
    assert "DELETE" not in {request.method for request in sandbox.requests}


def test_backups_download_writes_no_archive_to_a_terminal(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    typed = Terminal(scalingo, "backups", "download", "-o", "-")
    typed.expect("An archive is not for a terminal.")
    assert typed.end()[0] == 2
    assert sandbox.requests == []
