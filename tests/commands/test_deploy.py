"""`scalingo deploy`: an archive, a directory or an address, deployed without git."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests import checkouts
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.programs import require

regional = pytest.mark.regional


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory to deploy."""
    root = tmp_path / "shop"
    (root / "bin").mkdir(parents=True)
    (root / "Procfile").write_text("web: bin/web\n")
    (root / "bin" / "web").write_text("#!/bin/sh\n")
    (root / "bin" / "web").chmod(0o755)
    return root


@pytest.fixture
def archive(tmp_path: Path, directory: Path) -> Path:
    """The same directory, packed."""
    path = tmp_path / "shop.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(directory, arcname="shop")
    return path


def git(directory: Path, *words: str) -> str:
    return checkouts.git("-C", str(directory), *words)


def uploaded(sandbox: Sandbox) -> bytes:
    """What the platform keeps of the newest source."""
    file = sandbox.store.sources[-1].file
    assert file
    file.seek(0)
    return file.read()


def names(sandbox: Sandbox) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(uploaded(sandbox)), mode="r:gz") as tar:
        return sorted(tar.getnames())


def asked(sandbox: Sandbox) -> dict[str, str]:
    """The deployment that was asked for."""
    [body] = [r.json for r in sandbox.requests if r.path.endswith("/deployments") and r.json]
    deployment: dict[str, str] = body["deployment"]
    return deployment


@regional
def test_a_directory_is_packed_below_one_root(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    said = scalingo(["deploy", str(directory), "--no-follow"])
    assert said.code == 0, said.stderr
    assert names(sandbox) == ["shop/Procfile", "shop/bin/web"]
    with tarfile.open(fileobj=io.BytesIO(uploaded(sandbox)), mode="r:gz") as tar:
        assert tar.getmember("shop/bin/web").mode & 0o111
    [made] = [r.json for r in sandbox.requests if r.path.endswith("/deployments")]
    assert made["deployment"].keys() == {"source_url"}
    newest = sandbox.store.app(sandbox.main_app).deployments[-1]
    assert said.lines[0][0] == newest.id
    assert f"scalingo deployments follow {newest.id}" in said.stderr
    assert [(r.method, r.path.split("/")[2]) for r in sandbox.requests] == [
        ("POST", "sources"),
        ("PUT", "sources"),
        ("POST", "apps"),
    ]


@regional
def test_a_checkout_leaves_out_what_git_ignores(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    (directory / ".gitignore").write_text("*.log\n")
    (directory / "debug.log").write_text("secret\n")
    git(directory, "init", "--quiet")
    git(directory, "add", ".")
    git(directory, "commit", "--quiet", "--message", "First")
    (directory / "bin" / "web").unlink()
    (directory / "new.txt").write_text("not committed yet\n")
    assert scalingo(["deploy", str(directory)]).code == 0
    assert names(sandbox) == ["shop/.gitignore", "shop/Procfile", "shop/new.txt"]
    assert asked(sandbox)["git_ref"] == git(directory, "rev-parse", "HEAD")


@regional
def test_ref_overrides_the_commit(scalingo: CommandLine, sandbox: Sandbox, directory: Path) -> None:
    git(directory, "init", "--quiet")
    git(directory, "add", ".")
    git(directory, "commit", "--quiet", "--message", "First")
    assert scalingo(["deploy", str(directory), "--ref", "v1.2"]).code == 0
    assert asked(sandbox)["git_ref"] == "v1.2"


@regional
def test_deploy_takes_the_ref_as_the_official_client_does(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    url = "https://example.com/app.tar.gz"
    assert scalingo(f"deploy {url} v3 --no-follow").code == 0
    assert asked(sandbox) == {"source_url": url, "git_ref": "v3"}
    said = scalingo(f"deploy {url} v3 --ref v3")
    assert (said.code, said.stdout) == (2, "")
    assert "REF and --ref cannot be combined." in said.stderr


@regional
@pytest.mark.parametrize(
    ("name", "option", "packed"),
    [
        ("shop.war", "--follow", "pinecrate-shop/shop.war"),
        ("build", "--war", "pinecrate-shop/build.war"),
        ("build", "-w", "pinecrate-shop/build.war"),
    ],
)
def test_deploy_packs_a_war(
    name: str, option: str, packed: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    content = b"PK\3\4" + os.urandom(100_000)
    (tmp_path / name).write_bytes(content)
    said = scalingo(["deploy", name, option])
    assert said.code == 0, said.stderr
    with tarfile.open(fileobj=io.BytesIO(uploaded(sandbox)), mode="r:gz") as tar:
        assert tar.getnames() == [packed]
        file = tar.extractfile(packed)
        assert file
        assert file.read() == content


@regional
def test_deploy_fetches_and_packs_a_war_from_a_url(
    scalingo: CommandLine, sandbox: Sandbox, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(b"PK\3\4war")
    said = scalingo(f"deploy {elsewhere.url}/build/shop.war?key=hidden v7 --no-follow")
    assert said.code == 0, said.stderr
    assert names(sandbox) == ["pinecrate-shop/shop.war"]
    assert asked(sandbox)["git_ref"] == "v7"
    assert "authorization" not in elsewhere.heard.lower()


@regional
def test_deploy_refuses_an_invalid_war(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "shop.war").write_bytes(b"<html>")
    said = scalingo("deploy shop.war")
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])
    assert "shop.war is not a .war archive." in said.stderr


@regional
def test_deploy_gives_up_when_time_is_up(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.operation_seconds = 1000
    said = scalingo("deploy https://example.com/app.tar.gz --timeout 0.1")
    assert said.code == 124
    assert "scalingo deployments follow " in said.stderr
    assert scalingo("deploy https://example.com/a.tar.gz --no-follow --timeout 1").code == 2


@regional
def test_an_archive_goes_as_it_is_and_unsigned(
    scalingo: CommandLine, sandbox: Sandbox, archive: Path
) -> None:
    said = scalingo(["deploy", str(archive), "--json", "--no-follow"])
    assert said.code == 0
    assert said.json["deployment"]["id"] in said.stderr
    assert uploaded(sandbox) == archive.read_bytes()
    [put] = [request for request in sandbox.requests if request.method == "PUT"]
    assert "authorization" not in put.headers
    assert put.headers["content-type"] == "application/x-gzip"
    assert put.headers["content-length"] == str(archive.stat().st_size)


@regional
def test_an_address_is_passed_on(scalingo: CommandLine, sandbox: Sandbox) -> None:
    url = "https://example.com/app.tar.gz"
    assert scalingo(f"deploy {url} --ref v3 --no-follow").code == 0
    assert asked(sandbox) == {"source_url": url, "git_ref": "v3"}
    assert len(sandbox.requests) == 1


@regional
@pytest.mark.parametrize("as_json", [False, True])
def test_followed_to_its_end(as_json: bool, scalingo: CommandLine, directory: Path) -> None:
    said = scalingo(["deploy", str(directory), *["--json"] * as_json])
    assert said.code == 0
    if as_json:
        assert said.json["deployment"]["status"] == "success"
    else:
        assert "       shop/\n" in said.stdout


@regional
def test_a_failure_that_is_followed_fails(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    sandbox.end_next_deployment("build-error")
    said = scalingo(["deploy", str(directory)])
    assert said.code == 1
    assert "Error: The deployment failed: build-error." in said.stderr
    assert "scalingo deployments output " not in said.stderr  # it was shown


@regional
def test_what_is_no_archive_is_not_sent(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "shop.zip").write_bytes(b"PK\3\4")
    for name, says in (
        ("shop.zip", "shop.zip is not a .tar.gz archive."),
        ("nowhere", "Could not read nowhere: No such file or directory."),
    ):
        said = scalingo(f"deploy {name}")
        assert (said.code, said.stdout) == (2, "")
        assert f"Error: {says}" in said.stderr
    assert sandbox.requests == []


@regional
def test_an_empty_archive_fails_where_it_is_unpacked(scalingo: CommandLine, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass
    said = scalingo("deploy empty.tar.gz")
    assert said.code == 1
    assert "The archive cannot be used" in said.stdout
    assert "The deployment failed: build-error." in said.stderr


@regional
@pytest.mark.parametrize(("kind", "code"), [("403", 4), ("500", 6), ("503", 6)])
def test_a_refused_upload_deploys_nothing(
    kind: str, code: int, scalingo: CommandLine, sandbox: Sandbox, archive: Path
) -> None:
    tries = 5 if kind == "503" else 1
    sandbox.fail_next(kind, times=tries, method="PUT")
    said = scalingo(["deploy", str(archive)])
    assert (said.code, said.stdout) == (code, "")
    assert [request.method for request in sandbox.requests] == ["POST", *["PUT"] * tries]
    for source in sandbox.requests:
        assert "token=" not in said.stderr, source


@regional
def test_progress_is_for_terminals(scalingo: CommandLine, archive: Path) -> None:
    terminal = scalingo.terminal(["deploy", str(archive), "--no-follow"], columns=120)
    terminal.expect("bytes")
    terminal.expect("Deployment started.")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    said = scalingo(["deploy", str(archive), "--no-follow"])
    assert said.stderr.count("\n") == 1
    assert "\x1b" not in said.stderr


@regional
def test_a_dry_run_sends_nothing(scalingo: CommandLine, sandbox: Sandbox, archive: Path) -> None:
    said = scalingo(["deploy", str(archive), "--dry-run"])
    size = archive.stat().st_size
    assert (said.code, said.stderr) == (0, "")
    assert said.stdout.splitlines() == [
        "POST /v1/sources",
        "PUT /***",
        "Content-Type: application/x-gzip",
        f'"{size} bytes of {archive}"',
        f"POST /v1/apps/{sandbox.main_app}/deployments",
        '{"deployment": {"source_url": "https://source.invalid/download_url"}}',
    ]
    said = scalingo(["deploy", str(archive), "--curl"])
    assert f" --upload-file {archive} 'https://source.invalid/***'\n" in said.stdout
    said = scalingo(["deploy", str(archive), "--dry-run", "--json"])
    assert [r["method"] for r in said.json["requests"]] == ["POST", "PUT", "POST"]
    said = scalingo("deploy https://example.com/app.tar.gz --dry-run")
    assert (said.code, said.stdout) == (
        0,
        f"POST /v1/apps/{sandbox.main_app}/deployments\n"
        '{"deployment": {"source_url": "https://example.com/app.tar.gz"}}\n',
    )
    assert sandbox.requests == []


@pytest.mark.legacy
@pytest.mark.parametrize("source", [".", "nowhere", "https://example.com/app.tar.gz"])
def test_legacy_has_no_such_thing(source: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(["deploy", source])
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr.splitlines() == [
        "Error: The legacy API has no such thing; the regional platform does.",
        "Name its region (osc-fr1, osc-secnum-fr1) with --region or SCALINGO_REGION.",
    ]
    assert sandbox.requests == []


def committed(directory: Path) -> None:
    """Make a directory a checkout of which a secret file is ignored."""
    (directory / ".gitignore").write_text(".env\n")
    (directory / ".env").write_text("DATABASE_URL=postgres://shop:hunter2@db/shop\n")
    git(directory, "init", "--quiet")
    git(directory, "add", ".")
    git(directory, "commit", "--quiet", "--message", "First")


@regional
@pytest.mark.parametrize("fault", ["owner", "index", "configuration", "no git"])
def test_deploy_sends_nothing_of_a_checkout_that_git_refuses(
    fault: str, scalingo: CommandLine, sandbox: Sandbox, directory: Path, tmp_path: Path
) -> None:
    committed(directory)
    says, environment = "git refuses to list the files of", {}
    match fault:
        case "owner":  # git's own way to stand in for another user, in its tests
            environment = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
        case "index":
            (directory / ".git" / "index").write_bytes(b"DIRC")
        case "configuration":
            (directory / ".git" / "config").write_text("[core\n")
        case "no git":
            environment = {"PATH": str(tmp_path)}
            says = "is a git checkout, and git cannot be run"
    said = scalingo(["deploy", str(directory)], **environment)
    assert (said.code, said.stdout) == (1, ""), said.stderr
    assert says in said.stderr
    assert ("git config --global --add safe.directory " in said.stderr) == (fault == "owner")
    assert sandbox.requests == []


@regional
def test_deploy_of_a_directory_below_a_checkout_leaves_out_what_git_ignores(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    (directory / "bin" / ".env").write_text("SECRET=hunter2\n")
    committed(directory)
    assert scalingo(["deploy", str(directory / "bin")]).code == 0
    assert names(sandbox) == ["bin/web"]
    assert asked(sandbox)["git_ref"] == git(directory, "rev-parse", "HEAD")


@regional
def test_deploy_never_packs_git_itself(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    vendored = directory / "vendor" / "theme"
    vendored.mkdir(parents=True)
    git(vendored, "init", "--quiet")
    (vendored / "style.css").write_text("a {}\n")
    assert scalingo(["deploy", str(directory)]).code == 0
    assert names(sandbox) == ["shop/Procfile", "shop/bin/web", "shop/vendor/theme/style.css"]


@regional
def test_deploy_runs_nothing_that_the_checkout_names(
    scalingo: CommandLine, directory: Path, tmp_path: Path
) -> None:
    committed(directory)
    ran = tmp_path / "ran"
    for name in ("core.fsmonitor", "core.pager", "pager.ls-files", "alias.ls-files"):
        git(directory, "config", name, f"!touch {ran}; false")
    git(directory, "config", "core.fsmonitor", f"touch {ran}; false")
    assert scalingo(["deploy", str(directory)]).code == 0
    assert not ran.exists()


@regional
def test_deploy_packs_links_as_links(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    targets = {"to-a-file": "Procfile", "to-a-directory": "bin", "to-nothing": "gone"}
    for name, target in targets.items():
        (directory / name).symlink_to(target)
    for checkout in (False, True):
        if checkout:
            committed(directory)
        assert scalingo(["deploy", str(directory)]).code == 0
        with tarfile.open(fileobj=io.BytesIO(uploaded(sandbox)), mode="r:gz") as tar:
            links = {member.name: member.linkname for member in tar if member.issym()}
            packed = tar.getnames()
        assert links == {f"shop/{name}": target for name, target in targets.items()}
        assert "shop/to-a-directory/web" not in packed


@regional
def test_deploy_packs_nothing_from_beyond_a_link(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path, tmp_path: Path
) -> None:
    committed(directory)
    private = tmp_path / "private"
    private.mkdir()
    (private / "web").write_text("of somebody else\n")
    (directory / "bin" / "web").unlink()
    (directory / "bin").rmdir()
    (directory / "bin").symlink_to(private)  # while the index still names bin/web
    assert scalingo(["deploy", str(directory)]).code == 0
    assert names(sandbox) == ["shop/.gitignore", "shop/Procfile", "shop/bin"]


@regional
def test_deploy_refuses_pipes_and_devices_unread(scalingo: CommandLine, sandbox: Sandbox) -> None:
    os.mkfifo("pipe")
    for name in ("pipe", "/dev/zero"):
        said = scalingo(["deploy", name])
        assert said.code == 2
        assert said.stderr.startswith(f"Error: {name} is not a regular file.")
    assert sandbox.requests == []


@regional
def test_deploy_leaves_out_pipes_in_a_directory(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    os.mkfifo(directory / "pipe")
    assert scalingo(["deploy", str(directory)]).code == 0
    assert names(sandbox) == ["shop/Procfile", "shop/bin/web"]


@regional
def test_deploy_of_a_deep_directory(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    deep = directory.joinpath(*["d"] * 1500)
    for parent in (*reversed(deep.parents), deep):
        parent.mkdir(exist_ok=True)
    (deep / "file").touch()
    try:
        assert scalingo(["deploy", str(directory)]).code == 0
        assert f"shop/{'d/' * 1500}file" in names(sandbox)
    finally:  # pytest's own way to clean up does not go as deep
        subprocess.run([require("rm"), "-rf", str(directory)], check=True)


@regional
def test_deploy_sends_an_upload_from_its_start_when_it_retries(
    scalingo: CommandLine, sandbox: Sandbox, archive: Path
) -> None:
    sandbox.fail_next("503", 2, "PUT", retry_after="0")
    said = scalingo(["deploy", str(archive), "--no-follow"])
    assert said.code == 0, said.stderr
    assert uploaded(sandbox) == archive.read_bytes()
    assert [r.method for r in sandbox.requests] == ["POST", "PUT", "PUT", "PUT", "POST"]


@regional
@pytest.mark.parametrize("checkout", [False, True])
def test_deploy_of_nothing_is_refused(
    checkout: bool, scalingo: CommandLine, sandbox: Sandbox, directory: Path
) -> None:
    built = directory / "dist"
    built.mkdir()
    if checkout:
        (built / "app.js").write_text("1\n")
        (directory / ".gitignore").write_text("dist/\n")
        git(directory, "init", "--quiet")
    said = scalingo(["deploy", str(built)])
    assert (said.code, said.stdout) == (2, "")
    assert "There is no file to deploy in " in said.stderr
    assert "tar -czf" in said.stderr
    assert sandbox.requests == []
