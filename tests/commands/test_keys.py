"""Stories of `scalingo keys`."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed.company import public_key
from tests.changes import changes
from tests.command_line import CommandLine
from tests.terminals import leave

PUBLIC = public_key("you@laptop")
LAPTOP = "Noor's laptop"


def home(sandbox: Sandbox) -> str:
    """The path of an account's keys."""
    return "/v1/keys" if sandbox.auth_url else "/v1/account/keys"


def test_in_a_pipe_each_key_is_a_line(scalingo: CommandLine) -> None:
    result = scalingo("keys")
    assert result.code == 0
    assert [line[:2] for line in result.lines] == [
        [LAPTOP, "ssh-ed25519"],
        ["Build machine", "ssh-ed25519"],
    ]
    assert result.stderr == ""


def test_a_fingerprint_is_the_one_that_ssh_shows(scalingo: CommandLine, tmp_path: Path) -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q"
    (tmp_path / "key.pub").write_text(f"{line}\n")
    added = scalingo("keys add known key.pub")
    assert added.lines[0][2] == "SHA256:FHsTyFHNmvNpw4o7+rp+M1yqMyBF8vXSBRkZtkQ0RKY"


def test_at_a_terminal_keys_are_a_table(scalingo: CommandLine) -> None:
    result = scalingo("keys", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    assert result.stdout.splitlines()[0].split() == ["Name", "Kind", "Fingerprint"]
    assert "SHA256:" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_no_key_yet_says_how_to_add_one(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("keys", SCALINGO_API_TOKEN=sandbox.unverified_token)
    assert (result.code, result.stdout) == (0, "")
    assert "scalingo keys add NAME" in result.stderr


@pytest.mark.both
def test_json_is_the_document_of_the_api(scalingo: CommandLine, sandbox: Sandbox) -> None:
    listed = scalingo("keys --json").json
    new = {"created_at", "fingerprint", "owner"} if sandbox.auth_url else set()
    assert set(listed["keys"][0]) == {"id", "name", "content"} | new
    assert scalingo(["keys", "show", LAPTOP, "--json"]).json == {"key": listed["keys"][0]}


def test_a_key_is_shown_by_name_or_id(scalingo: CommandLine) -> None:
    [key, _] = scalingo("keys --json").json["keys"]
    [by_name] = scalingo(["keys", "show", LAPTOP]).lines
    [by_id] = scalingo(["keys", "show", key["id"]]).lines
    assert by_name == by_id
    assert by_name[3:] == [key["content"], key["id"]]
    shown = scalingo(["keys", "show", LAPTOP], SCALINGO_FORCE_TTY="60").stdout
    assert "Fingerprint" in shown


def test_an_unknown_key_is_not_found_and_the_nearest_is_offered(scalingo: CommandLine) -> None:
    for command in ("show", "remove"):
        result = scalingo(["keys", command, "build machin"])
        assert (result.code, result.stdout) == (3, "")
        assert 'Your account has no key "build machin".' in result.stderr
        assert "Did you mean Build machine? List them: scalingo keys" in result.stderr


def test_two_keys_of_one_name_need_an_id(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = sandbox.store.user(sandbox.username)
    assert user
    user.keys[1]["name"] = LAPTOP
    result = scalingo(["keys", "remove", LAPTOP, "--yes"])
    assert result.code == 2
    assert all(key["id"] in result.stderr for key in user.keys)
    assert changes(sandbox) == []
    assert scalingo(["keys", "remove", user.keys[0]["id"], "--yes"]).code == 0


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_key_is_added_from_a_file(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, end: str
) -> None:
    (tmp_path / "id.pub").write_text(f"{PUBLIC}{end}", newline="")
    result = scalingo("keys add laptop id.pub")
    assert (result.code, result.lines[0][0]) == (0, "laptop")
    assert result.stderr == "Added the key laptop.\n"
    assert sandbox.requests[-1].json == {"key": {"name": "laptop", "content": PUBLIC}}


def test_a_key_is_added_from_standard_input(scalingo: CommandLine) -> None:
    result = scalingo("keys add laptop - --json", stdin=f"{PUBLIC}\n")
    assert result.json["key"]["content"] == PUBLIC


def test_keys_of_other_kinds_are_added(scalingo: CommandLine) -> None:
    made = (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1()))
    for key in made:
        line = key.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        kind = line.decode().partition(" ")[0]
        assert scalingo(f"keys add {kind} -", stdin=line).lines[0][:2] == [kind, kind]


PLAIN = serialization.NoEncryption()
LOCKED = serialization.BestAvailableEncryption(b"raspberry")
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
Format = serialization.PrivateFormat


def openssh() -> bytes:
    return ed25519.Ed25519PrivateKey.generate().private_bytes(PEM, Format.OpenSSH, PLAIN)


def der() -> bytes:
    return ed25519.Ed25519PrivateKey.generate().private_bytes(DER, Format.PKCS8, PLAIN)


def traditional(encryption: serialization.KeySerializationEncryption) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(PEM, Format.TraditionalOpenSSL, encryption)


def elliptic(format_: Format, encryption: serialization.KeySerializationEncryption) -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, format_, encryption)


# A private key as each program writes it.
PRIVATE: dict[str, Callable[[], bytes]] = {
    "OpenSSH": openssh,
    "RSA": lambda: traditional(PLAIN),
    "RSA with a passphrase": lambda: traditional(LOCKED),
    "EC": lambda: elliptic(Format.TraditionalOpenSSL, PLAIN),
    "PKCS 8": lambda: elliptic(Format.PKCS8, PLAIN),
    "PKCS 8 with a passphrase": lambda: elliptic(Format.PKCS8, LOCKED),
    "DER": der,
    "bare base64": lambda: base64.b64encode(der()),
    "on one line": lambda: openssh().replace(b"\n", b" "),
    "UTF-16": lambda: openssh().decode().encode("utf-16"),
    "UTF-16 without its mark": lambda: openssh().decode().encode("utf-16-le"),
    "after its public half": lambda: PUBLIC.encode() + b"\n" + openssh(),
    "PuTTY": lambda: (
        b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: laptop\n"
        b"Public-Lines: 1\nAAAAC3NzaC1lZDI1NTE5\nPrivate-Lines: 1\n" + base64.b64encode(der())
    ),
    "ssh.com": lambda: (
        b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n"
        + base64.b64encode(der())
        + b"\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n"
    ),
}


@pytest.mark.parametrize("kind", PRIVATE)
def test_a_private_key_never_leaves_the_machine_nor_shows(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, kind: str
) -> None:
    content = PRIVATE[kind]()
    (tmp_path / "id").write_bytes(content)
    for result in (
        scalingo("keys add laptop id --debug-body"),
        scalingo("keys add laptop -", stdin=content),
    ):
        assert (result.code, result.stdout) == (2, "")
        assert result.stderr.startswith("Error: ")
        parts = [part for part in content.split() if len(part) > 15]
        assert not any(part.decode("latin-1") in result.stderr for part in parts)
    assert sandbox.requests == []


def test_a_private_key_is_distinguished_from_its_public_half(
    scalingo: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "id").write_bytes(openssh())
    result = scalingo("keys add laptop id")
    assert "id contains a private key. It was not sent." in result.stderr
    assert "id.pub" in result.stderr


@pytest.mark.parametrize("before", [[], ["--"]])
def test_a_key_typed_in_place_of_its_file_is_not_repeated(
    scalingo: CommandLine, before: list[str]
) -> None:
    key = openssh().decode()
    for typed in (key, key.replace("\n", " ")):
        result = scalingo(["keys", "add", *before, "laptop", typed])
        assert result.code == 2
        assert "the name of" in result.stderr
        assert key.splitlines()[1] not in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        (f"{PUBLIC}\n{public_key('other')}\n", "has 2 lines"),
        ("hello\n", "does not contain a public key"),
        ("ssh-ed25519\n", "does not contain a public key"),
        ("ssh-ed25519 !!!!\n", "does not contain a public key"),
        (PUBLIC.replace("ssh-ed25519", "ssh-rsa"), "does not contain a public key"),
        (
            "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
            "does not contain a public key",
        ),
        ("\x1b[31m red", "does not contain a public key"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
    ],
)
def test_what_is_no_public_key_is_refused(
    scalingo: CommandLine, sandbox: Sandbox, content: str | bytes, said: str
) -> None:
    result = scalingo("keys add laptop -", stdin=content)
    assert result.code == 2
    assert f"standard input {said}" in result.stderr
    assert sandbox.requests == []


def test_a_file_that_is_not_there(scalingo: CommandLine) -> None:
    result = scalingo("keys add laptop missing.pub --json")
    assert result.code == 2
    assert result.error["message"] == "Could not read missing.pub: No such file or directory."


def test_the_platform_rejects_a_name_that_is_taken(scalingo: CommandLine) -> None:
    result = scalingo(["keys", "add", LAPTOP, "-"], stdin=PUBLIC)
    assert result.code == 5
    assert "name is already taken" in result.stderr


def test_a_dry_run_prints_the_request_alone(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("keys add laptop - --dry-run", stdin=PUBLIC)
    assert (result.code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"POST {home(sandbox)}\n")
    removal = scalingo(["keys", "remove", LAPTOP, "--dry-run"])
    assert removal.stdout.startswith(f"DELETE {home(sandbox)}/")
    assert changes(sandbox) == []


def test_removing_asks_at_a_terminal(scalingo: CommandLine) -> None:
    for answer, left in (("n", 2), ("", 2), ("y", 1)):
        terminal = scalingo.terminal("keys remove 'Build machine'")
        terminal.expect(r"Remove the key Build machine \(SHA256:\S+\) from your account\?")
        terminal.sendline(answer)
        terminal.expect("Removed the key" if left == 1 else "Nothing was done")
        terminal.wait()
        assert terminal.exitstatus == (0 if left == 1 else 2)
        assert len(scalingo("keys").lines) == left


def test_removing_without_a_terminal_needs_yes(scalingo: CommandLine, sandbox: Sandbox) -> None:
    refused = scalingo(["keys", "remove", LAPTOP])
    assert refused.code == 2
    assert "Pass --yes to proceed." in refused.stderr
    assert changes(sandbox) == []
    removed = scalingo(["keys", "remove", LAPTOP, "--yes"])
    assert (removed.code, removed.stdout) == (0, "")
    assert [line[0] for line in scalingo("keys").lines] == ["Build machine"]


def test_ctrl_c_at_the_question_removes_nothing(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal(["keys", "remove", LAPTOP])
    terminal.expect("your account")
    code, said = leave(terminal)
    assert (code, "Interrupted" in said) == (130, True)
    assert changes(sandbox) == []


def test_hostile_names_are_data(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = sandbox.store.user(sandbox.username)
    assert user
    user.keys[0] |= {"name": "[red]\x1b[2J", "content": "no key\tat all"}
    assert scalingo("keys").lines[0] == [r"[red]\x1b[2J", "no", ""]
    assert r"[red]\x1b[2J" in scalingo("keys", SCALINGO_FORCE_TTY="80").stdout


def test_a_page_in_place_of_a_key(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next(
        "404", path=f"{home(sandbox)}/", body="<html>gone</html>", content_type="text/html"
    )
    result = scalingo(["keys", "show", LAPTOP])
    assert (result.code, result.stdout) == (3, "")
    assert "<html>" not in result.stderr
