"""Completion in real shells: type, press TAB, compare."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scalingo_cli.cli import describe, tree
from scalingo_cli.completion import scripts
from scalingo_cli.main import cli
from scalingo_cli.sandbox import Sandbox
from tests import shells
from tests.shells import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.command_line import CommandLine

NOBODY = "http://127.0.0.1:9"  # nothing listens there
APPS = ["pinecrate-api", "pinecrate-blog", "pinecrate-import", "pinecrate-next", "pinecrate-shop"]
CONTEXTS = list(tree.walk(cli))


LISTINGS = sorted(
    {
        values.listing
        for command in scripts.described(describe.document(cli))
        for values in [
            *(option.values for option in command.options),
            *(argument.values for argument in command.arguments),
        ]
        if values and values.listing
    }
)


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """What a `scalingo` that is no Python was asked, one line each time."""
    return tmp_path / "asked"


@pytest.fixture(params=shells.SHELLS)
def alone(request: pytest.FixtureRequest, tmp_path: Path, asked: Path) -> Iterator[Shell]:
    """A shell whose `scalingo` notes what it is asked, and answers with the file "answer"."""
    directory = tmp_path / "bin"
    directory.mkdir()
    program = directory / "scalingo"
    answer = tmp_path / "answer"
    answer.write_text("one\ntwo\n")
    program.write_text(f"""#!/bin/sh
printf '\\n' >>'{asked}'
printf '%s|' "$@" >>'{asked}'
test "$1" != __complete || cat '{answer}'
""")
    program.chmod(0o755)
    environment = {"PATH": f"{directory}:/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    with Shell(request.param, environment, tmp_path) as shell:
        yield shell


@pytest.fixture(params=shells.SHELLS)
def shell(request: pytest.FixtureRequest, scalingo: CommandLine, tmp_path: Path) -> Iterator[Shell]:
    """A shell of a user who is signed in to the sandbox."""
    del scalingo.environment["SCALINGO_APP"]
    with Shell(request.param, _with_scalingo(scalingo.environment), tmp_path) as shell:
        yield shell


@pytest.fixture
def apart(protocol: str) -> Iterator[Sandbox]:
    """A sandbox of the test's own: what is asked for behind may come after the test."""
    with Sandbox(protocol=protocol) as sandbox:
        yield sandbox


def _with_scalingo(environment: dict[str, str]) -> dict[str, str]:
    """The environment in which the `scalingo` of this Python is found first."""
    return {**environment, "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}"}


def _until(shell: Shell, typed: str, wanted: str) -> None:
    """Press TAB until the words that are asked for behind have come."""
    for _ in range(100):
        line = shell.tab(typed)
        if line != typed:
            break
    assert line == wanted


def test_every_command_and_option_completes_without_python(alone: Shell, asked: Path) -> None:
    for context in CONTEXTS:
        line = f"{context.command_path} "
        options = [tree.spellings(option)[-1] for option in tree.options(context)]
        offered = [word.removesuffix("=") for word in alone.every(f"{line}--")]
        assert set(options) <= set(offered), line
        below = [c.info_name for c in CONTEXTS if c.parent and c.parent.command is context.command]
        if below:
            assert alone.every(line) == below
    assert not asked.exists()


def test_words_that_the_scripts_hold(alone: Shell, asked: Path) -> None:
    for typed, completed in {
        "scalingo scal": "scalingo scale ",
        "scalingo --app x scal": "scalingo --app x scale ",
        "scalingo --app=x --json env ex": "scalingo --app=x --json env export ",
        "scalingo -ax env -a y g": "scalingo -ax env -a y get ",
        "scalingo env export --format d": "scalingo env export --format dotenv ",
        "scalingo env export --format=d": "scalingo env export --format=dotenv ",
        "scalingo env --debug-body export --form=x --format=s": (
            "scalingo env --debug-body export --form=x --format=shell "
        ),
        # The bare group is its list.
        "scalingo events --type new_ap": "scalingo events --type new_app ",
        "scalingo --json events --type scale --type=restar": (
            "scalingo --json events --type scale --type=restart "
        ),
        "scalingo completion ba": "scalingo completion bash ",
        "FOO=1 scalingo completion ba": "FOO=1 scalingo completion bash ",
        "true | scalingo completion ba": "true | scalingo completion bash ",
        "scalingo deployments follow --timeout 5 la": (
            "scalingo deployments follow --timeout 5 latest "
        ),
        # A command line in a command line.
        "scalingo each --match x -- scal": "scalingo each --match x -- scale ",
        "scalingo each -- scalingo env ex": "scalingo each -- scalingo env export ",
        "scalingo each env export --format d": "scalingo each env export --format dotenv ",
        "scalingo each --fail-f": "scalingo each --fail-fast ",
        "scalingo each -- --no-ret": "scalingo each -- --no-retry ",
        "scalingo each -- env get --resol": "scalingo each -- env get --resolve ",
        # The name of a command, and nothing after it.
        "scalingo help scal": "scalingo help scale ",
        "scalingo help databases users cre": "scalingo help databases users create ",
        "scalingo help --json env ex": "scalingo help --json env export ",
        "scalingo help env export --form": "scalingo help env export --form",
        "scalingo help completion ba": "scalingo help completion ba",
        "scalingo help each scal": "scalingo help each scal",
        "scalingo help deployments show la": "scalingo help deployments show la",
        # After -- there is no option, after the last argument no word, after nonsense nothing.
        "scalingo env get -- --js": "scalingo env get -- --js",
        "scalingo completion bash fi": "scalingo completion bash fi",
        "scalingo nonsense e": "scalingo nonsense e",
        "scalingo env export --format x": "scalingo env export --format x",
    }.items():
        assert alone.tab(typed) == completed
    assert alone.every("scalingo env export --format ") == ["dotenv", "json", "shell"]
    assert set(alone.every("scalingo ")) == set(alone.every("scalingo help "))
    assert "set" in alone.every("scalingo help env ")
    assert alone.every("scalingo --debug") == ["--debug", "--debug-body"]
    assert alone.every("scalingo env get --no-") == ["--no-ci", "--no-pager", "--no-retry"]


def test_files_and_programs_complete_as_the_shell_does_it(alone: Shell, tmp_path: Path) -> None:
    (tmp_path / "my variables.env").touch()
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "shop.pem").touch()
    for typed, completed in {
        "scalingo env import my": "scalingo env import my\\ variables.env ",
        "scalingo env import ./cert": "scalingo env import ./certificates/",
        "scalingo keys add laptop certificates/s": (
            "scalingo keys add laptop certificates/shop.pem "
        ),
        "scalingo deploy certificates/s": "scalingo deploy certificates/shop.pem ",
        "scalingo domains add example.com --cert certificates/s": (
            "scalingo domains add example.com --cert certificates/shop.pem "
        ),
        "scalingo domains add example.com --key=certificates/s": (
            "scalingo domains add example.com --key=certificates/shop.pem "
        ),
        "scalingo apps create my": "scalingo apps create my",
        "scalingo sandbox -- sha256su": "scalingo sandbox -- sha256sum ",
        "scalingo sandbox sha256su": "scalingo sandbox sha256sum ",
        "scalingo sandbox --port 4000 -- cat my": (
            "scalingo sandbox --port 4000 -- cat my\\ variables.env "
        ),
    }.items():
        assert alone.tab(typed).replace("'my variables.env'", "my\\ variables.env") == completed


def test_what_is_asked_for(alone: Shell, asked: Path) -> None:
    for typed, words in {
        "scalingo --app ": ["one", "two"],
        "scalingo -a mine env get ": ["one", "two"],
        "scalingo env --app=mine unset one ": ["one", "two"],
        "scalingo deployments show ": ["latest", "one", "two"],
        "scalingo env set one=1 ": ["one=", "two="],
        "scalingo -amine scale ": ["one:", "two:"],
        "scalingo accounts use ": ["one", "two"],
    }.items():
        assert alone.every(typed) == words, typed
    questions = asked.read_text().split("\n")[1:]
    assert list(dict.fromkeys(questions)) == [
        "__complete|apps list||",
        "__complete|env list|mine|",
        "__complete|deployments list||",
        "__complete|env list||",
        "__complete|scale|mine|",
        "__complete|accounts list||",
    ]


def test_a_word_and_its_description(alone: Shell, asked: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    answer.write_text("zulu\t28 Nov 14:00  success\nalpha\t27 Nov 9:00  it's $(broken)\nplain\n")
    assert alone.every("scalingo deployments show ") == ["alpha", "latest", "plain", "zulu"]
    assert alone.tab("scalingo deployments show z") == "scalingo deployments show zulu "
    assert alone.tab("scalingo env --app a") == "scalingo env --app alpha "


@pytest.mark.parametrize("name", ["fish", "zsh"])
def test_the_newest_comes_first_with_its_description(
    name: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    ids = [line[0] for line in scalingo("deployments").lines]
    sandbox.clear_requests()
    with Shell(name, _with_scalingo(scalingo.environment), tmp_path) as shell:
        shown = shell.described("scalingo deployments show ")
    places = [shown.index(each) for each in ids]
    assert places == sorted(places)
    assert re.search(rf"{ids[0]}(  -- |\t)20\d\d-.*  success", shown)
    assert sandbox.requests == []


def test_names_and_ids_of_the_platform(
    shell: Shell, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    """What was listed a moment ago completes without another request."""
    for listing in ["apps", "env", "scale", "deployments", "events", "keys"]:
        assert scalingo(listing, SCALINGO_APP=sandbox.main_app).code == 0
    ids, commits = zip(
        *((line[0], line[3][:8]) for line in scalingo("deployments -a pinecrate-shop").lines),
        strict=True,
    )
    sandbox.clear_requests()
    assert shell.every("scalingo --app pine") == APPS
    for typed, completed in {
        "scalingo apps show pinecrate-n": "scalingo apps show pinecrate-next ",
        "scalingo apps delete x --confirm pinecrate-n": (
            "scalingo apps delete x --confirm pinecrate-next "
        ),
        "scalingo --app=pinecrate-sh": "scalingo --app=pinecrate-shop ",
        "scalingo -a pinecrate-shop env get SHOP_E": (
            "scalingo -a pinecrate-shop env get SHOP_ENV "
        ),
        "scalingo env set --app pinecrate-shop SHOP_E": (
            "scalingo env set --app pinecrate-shop SHOP_ENV="
        ),
        "scalingo env set --app pinecrate-shop X=1 SHOP_ENV=S": (
            "scalingo env set --app pinecrate-shop X=1 SHOP_ENV=S"
        ),
        "scalingo scale -a pinecrate-shop we": "scalingo scale -a pinecrate-shop web:",
        "scalingo restart -a pinecrate-shop we": "scalingo restart -a pinecrate-shop web ",
        f"scalingo deployments output -a pinecrate-shop {ids[1]}": (
            f"scalingo deployments output -a pinecrate-shop {ids[1]} "
        ),
        f"scalingo deployments show -a pinecrate-shop {commits[0][:6]}": (
            f"scalingo deployments show -a pinecrate-shop {commits[0]} "
        ),
    }.items():
        assert shell.tab(typed) == completed
    assert {"latest", *ids} <= set(shell.every("scalingo -a pinecrate-shop deployments show "))
    assert sandbox.requests == []


def test_words_not_listed_yet_are_asked_for_behind(
    shell: Shell, sandbox: Sandbox, tmp_path: Path
) -> None:
    trap = "open('caught', 'w').close()\n"
    for module in ["requests.py", "click.py", "scalingo_cli.py"]:
        (tmp_path / module).write_text(trap)  # a directory that one works in may hold anything
    _until(shell, "scalingo --app pinecrate-b", "scalingo --app pinecrate-blog ")
    assert [request.path for request in sandbox.requests] == ["/v1/apps"]
    assert not (tmp_path / "caught").exists()


def test_the_git_remote_names_the_app(shell: Shell, tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    url = "git@scalingo.com:pinecrate-shop.git"
    subprocess.run([*git, "remote", "add", "scalingo", url], check=True)
    _until(shell, "scalingo env get SHOP_E", "scalingo env get SHOP_ENV ")


def test_tab_does_not_wait_for_a_platform_that_is_silent(
    scalingo: CommandLine, tmp_path: Path
) -> None:
    """The line comes back while the platform still owes the answer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environment = _with_scalingo({**scalingo.environment, "SCALINGO_API_URL": url})
        with Shell("bash", environment, tmp_path) as shell:
            assert shell.tab("scalingo --app pine") == "scalingo --app pine"
            connection, _ = silent.accept()
            with connection:
                assert connection.recv(1024).startswith(b"GET /v1/apps HTTP/1.1")
                # One question at a time, however often TAB is pressed.
                assert shell.tab("scalingo --app pine") == "scalingo --app pine"
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()


# Each begins with another letter, to be completed from that.
HOSTILE = [
    "a$(touch caught)",
    "b`touch caught`",
    "c;touch caught",
    "d&touch caught",
    "e > caught",
    "f name of words",
    "g'quote",
    'h"quote',
    "i\\\\backslash\\",
    "j[red]",
    "k*?",
    "l${HOME}$HOME",
    "m!!",
    "n{1,2}",
    "o#=:@%^",
    "(p)",
    "~",
    "été",
]
UNSPEAKABLE = ["x\x1b]0;title\x07", "x\nline", "x\ttab", "x\u202eright", "-x", "x\x9b31m"]


def test_a_word_of_any_letters_reaches_the_command_line_as_it_is(
    alone: Shell, asked: Path, tmp_path: Path
) -> None:
    (tmp_path / "answer").write_text("".join(f"{word}\n" for word in HOSTILE))
    for word in HOSTILE:
        first = word[0] if word[0].isalnum() else f"\\{word[0]}"
        alone.run(f"scalingo --app {first}\t")
        assert asked.read_text().split("\n")[-1] == f"--app|{word}|"
    assert not (tmp_path / "caught").exists()


@pytest.mark.parametrize("app", UNSPEAKABLE)
def test_a_word_that_could_act_on_a_terminal_is_not_kept(
    scalingo: CommandLine, sandbox: Sandbox, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "main_app", app)
    sandbox.reset()
    assert scalingo("apps").code == 0
    kept = _place(scalingo)
    words = re.findall(r"^[^\t\n]+", kept.read_text(), re.MULTILINE)
    assert set(APPS) - set(words) == {"pinecrate-shop"}
    assert not re.search("^-?x", kept.read_text(), re.MULTILINE)
    # Nor is it offered when it came there otherwise.
    kept.write_text(f"{app}\nhonest\n")
    assert set(_words(scalingo, "apps list", "")) <= {"honest", "line", "x"}


def _place(scalingo: CommandLine) -> Path:
    """The file that was written last."""
    words = Path(scalingo.environment["HOME"], ".cache", "scalingo", "words")
    return max(words.iterdir(), key=lambda path: path.stat().st_mtime_ns)


def test_what_is_kept_is_private_and_holds_no_secret(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    values = [line[1] for line in scalingo("env").lines if len(line[1]) > 5]
    for listing in ["apps", "scale", "deployments", "events", "collaborators", "domains", "keys"]:
        assert scalingo(listing).code == 0
    directory = _place(scalingo).parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = list(directory.iterdir())
    assert len(files) == 8
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        text = f"{file.name}\n{file.read_text()}"
        assert sandbox.token not in text
        assert not any(value in text for value in values)


def _words(scalingo: CommandLine, *question: str, **environment: Any) -> list[str]:
    lines = scalingo.process(["__complete", *question], **environment).stdout.splitlines()
    return [line.partition("\t")[0] for line in lines]


@pytest.mark.parametrize(
    "listing",
    [
        pytest.param(listing, marks=[pytest.mark.regional] if listing == "tokens list" else [])
        for listing in LISTINGS
    ],
)
def test_each_listing_that_completion_asks_for_keeps_its_words(
    scalingo: CommandLine, listing: str, sandbox: Sandbox
) -> None:
    assert scalingo("login --with-token --insecure-storage", stdin=sandbox.token).code == 0
    lines = scalingo(listing).lines
    shown = {line[0] for line in lines}
    if listing == "deployments list":
        shown |= {line[3][:8] for line in lines}  # their commits
    sandbox.clear_requests()
    offered = _words(scalingo, listing, "")
    assert offered
    assert set(offered) <= shown
    assert sandbox.requests == []


def test_words_belong_to_a_platform_an_account_and_an_app(
    scalingo: CommandLine, apart: Sandbox
) -> None:
    scalingo.environment.update(apart.environment())
    scalingo("apps")
    scalingo("env")
    assert set(APPS) <= set(_words(scalingo, "apps list", ""))
    assert "SHOP_ENV" in _words(scalingo, "env list", apart.main_app)
    assert _words(scalingo, "apps list", "", SCALINGO_API_URL=NOBODY) == []
    assert "SHOP_ENV" not in _words(scalingo, "env list", "pinecrate-blog", SCALINGO_API_URL=NOBODY)
    stranger = _words(scalingo, "apps list", "", SCALINGO_API_TOKEN=apart.unverified_token)
    assert not set(APPS) & set(stranger)


def test_signing_in_and_out_forgets_the_words(scalingo: CommandLine, sandbox: Sandbox) -> None:
    scalingo("apps")
    kept = _place(scalingo)
    assert scalingo("logout").code == 0
    assert not kept.exists()
    scalingo("apps")
    assert kept.exists()
    login = ["login", "--with-token", "--insecure-storage"]
    assert scalingo(login, stdin=sandbox.unverified_token).code == 0
    assert not kept.exists()


def test_old_words_are_offered_and_older_ones_are_not(
    scalingo: CommandLine, apart: Sandbox
) -> None:
    scalingo.environment.update(apart.environment())
    scalingo("apps")
    kept = _place(scalingo)
    apart.fail_next("503", times=100, path="/v1/apps")  # nothing newer comes
    kept.write_text("old-one\n")
    _age(kept, seconds=60)
    assert _words(scalingo, "apps list", "") == ["old-one"]
    _age(kept, seconds=2 * 60 * 60)
    assert _words(scalingo, "apps list", "") == []


def test_any_listing_removes_what_is_too_old(scalingo: CommandLine) -> None:
    scalingo("apps")
    kept = _place(scalingo)
    _age(kept, seconds=2 * 60 * 60)
    scalingo("env")
    assert not kept.exists()


def _age(path: Path, seconds: float) -> None:
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def test_a_page_of_a_listing_adds_to_the_pages_before(scalingo: CommandLine) -> None:
    everything = [line[0] for line in scalingo("deployments --all").lines]
    scalingo("deployments --limit 1")
    words = _words(scalingo, "deployments list", "")
    assert [word for word in words if word in everything] == everything


def test_listings_go_well_where_nothing_can_be_kept(scalingo: CommandLine) -> None:
    result = scalingo("apps", SCALINGO_CACHE_DIR="/dev/null/cache")
    assert (result.code, result.stderr) == (0, "")
    assert _words(scalingo, "apps list", "", SCALINGO_CACHE_DIR="/dev/null/cache") == []


def test_a_dry_run_keeps_nothing(scalingo: CommandLine) -> None:
    cache = Path(scalingo.environment["HOME"], ".cache")
    before = sorted(cache.rglob("*"))  # a run before this one left its bearer
    assert scalingo("scale web:2 --dry-run").code == 0
    assert sorted(cache.rglob("*")) == before


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"SCALINGO_APP": None, "GIT_DIR": "/nowhere"}, 2),
        ({"SCALINGO_API_URL": "http://user:password@example.com"}, 2),
    ],
)
def test_no_app_or_platform_means_no_words(
    scalingo: CommandLine, environment: dict[str, Any], code: int
) -> None:
    result = scalingo.process(["__complete", "env list", ""], **environment)
    assert (result.code, result.stdout, result.stderr) == (code, "", "")


def test_asking_for_words_imports_nothing_heavy(scalingo: CommandLine) -> None:
    scalingo("apps")
    result = scalingo.process(
        ["__complete", "apps list", ""], PYTHONPROFILEIMPORTTIME="1", COVERAGE_PROCESS_START=None
    )
    assert set(APPS) <= {line.partition("\t")[0] for line in result.stdout.splitlines()}
    imported = {line.split("|")[-1].strip() for line in result.stderr.splitlines()}
    assert "scalingo_cli.storage.completion_cache" in imported
    assert not {"click", "requests", "rich", "keyring", "subprocess", "json"} & imported


@pytest.mark.parametrize(
    ("shell", "file"), [("bash", "scalingo.bash"), ("fish", "scalingo.fish"), ("zsh", "_scalingo")]
)
def test_completion_prints_the_script(scalingo: CommandLine, shell: str, file: str) -> None:
    result = scalingo(f"completion {shell}")
    assert result.code == 0
    assert result.stdout == (shells.COMPLETIONS / file).read_text(encoding="utf-8")
    assert result.stderr == ""


def test_completion_of_another_shell(scalingo: CommandLine) -> None:
    result = scalingo("completion tcsh")
    assert result.code == 2
    assert result.stdout == ""
    assert "'bash', 'fish', 'zsh'" in result.stderr


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("bash", "source <(scalingo completion bash)"),
        ("fish", "scalingo completion fish | source"),
        ("zsh", f"{shells.COMPINIT}; source <(scalingo completion zsh)"),
        ("zsh", f'{shells.COMPINIT}; eval "$(scalingo completion zsh)"'),
    ],
)
def test_a_startup_file_may_read_the_script(
    scalingo: CommandLine, tmp_path: Path, name: str, read: str
) -> None:
    environment = _with_scalingo(scalingo.environment)
    with Shell(name, environment, tmp_path, read=read) as shell:
        assert shell.tab("scalingo completion ba") == "scalingo completion bash "


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_words_that_cannot_be_written_are_no_traceback(
    scalingo: CommandLine, redirection: str
) -> None:
    assert scalingo("apps").code == 0
    said = scalingo.shell(f"scalingo __complete 'apps list' '' {redirection}")
    assert (said.code, said.stdout, said.stderr) == (1, "", "")
