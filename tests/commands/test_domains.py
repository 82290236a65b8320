"""Stories of `scalingo domains`."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import bodies, changes
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.tls import CERTIFICATE, KEY, certify, make_key, private_pem

SHOP, ORDERS, BARE = (f"{name}.pinecrate.example" for name in ("shop", "orders", "www"))
TERMINAL = {"SCALINGO_FORCE_TTY": "80", "NO_COLOR": "1"}
BAD_KEY = "-----BEGIN PRIVATE KEY-----\nMIIkeep+this+to+yourself\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A directory with `cert.pem` and `key.pem`, which belong together."""
    (tmp_path / "cert.pem").write_text(CERTIFICATE)
    (tmp_path / "key.pem").write_text(KEY)
    return tmp_path


def test_in_a_pipe_each_domain_is_a_line(scalingo: CommandLine) -> None:
    result = scalingo("domains")
    assert (result.code, result.stderr) == (0, "")
    assert [line[:2] for line in result.lines] == [[SHOP, "yes"], [ORDERS, "yes"], [BARE, "no"]]
    domains = scalingo("domains --json").json["domains"]
    assert [line[2] for line in result.lines] == [row.get("validity", "") for row in domains]


def test_at_a_terminal_what_expires_soon_is_said_in_words(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    lines = scalingo("domains", **TERMINAL).stdout.splitlines()
    assert lines[0].split() == ["Name", "TLS", "Expires", "Canonical", "Let's", "Encrypt"]
    assert "in 8mo" in lines[2]
    assert "soon" not in lines[2]
    assert "in 5d: soon" in lines[3]
    assert lines[4].split() == [BARE, "no", "no", *["needs", "a", "DNS", "record"]]
    for name in (SHOP, ORDERS):
        domain = next(d for d in sandbox.store.apps[0].domains if d["name"] == name)
        domain["validity"] = "2015-08-05T19:57:21.000+02:00"
    assert scalingo("domains", **TERMINAL).stdout.count("y ago: expired") == 2


@pytest.mark.parametrize("sent", [None, "", "0001-01-01T00:00:00Z", "some day", 7])
def test_invalid_dates(scalingo: CommandLine, sandbox: Sandbox, sent: object) -> None:
    sandbox.store.apps[0].domains[0]["validity"] = sent
    assert scalingo("domains", **TERMINAL).code == 0
    assert scalingo("domains").code == 0


def test_no_domain_says_how_to_add_one(scalingo: CommandLine) -> None:
    result = scalingo("domains --app pinecrate-api")
    assert (result.code, result.stdout) == (0, "")
    assert "scalingo domains add NAME" in result.stderr


def test_a_domain_is_shown_by_name_or_id(scalingo: CommandLine) -> None:
    domain = scalingo("domains --json").json["domains"][0]
    assert scalingo(f"domains show {SHOP} --json").json == {"domain": domain}
    by_name, by_id = scalingo(f"domains show {SHOP}"), scalingo(f"domains show {domain['id']}")
    assert by_name.lines == by_id.lines
    assert by_name.lines[0][3:] == ["no", "created", domain["tlscert"], domain["id"], ""]
    shown = scalingo(f"domains show {SHOP}", **TERMINAL).stdout
    assert "Certificate" in shown
    assert "private key" not in shown + by_name.stdout


def test_an_unknown_domain_is_not_found_and_the_nearest_is_offered(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    for line in ("show", "update --cert cert.pem --key key.pem", "remove"):
        command, *options = line.split()
        result = scalingo(["domains", command, "shop.pincrate.example", *options])
        assert (result.code, result.stdout) == (3, "")
        assert f'{sandbox.main_app} has no domain "shop.pincrate.example".' in result.stderr
        assert f"Did you mean {SHOP}" in result.stderr
    assert changes(sandbox) == []


def test_a_domain_is_added_without_a_certificate(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("domains add fresh.example")
    assert (result.code, result.lines[0][:3]) == (0, ["fresh.example", "no", ""])
    assert f"Added fresh.example to {sandbox.main_app}." in result.stderr
    assert sandbox.requests[-1].json == {"domain": {"name": "fresh.example"}}
    assert len(scalingo("domains").lines) == 4


def test_a_domain_is_added_with_a_certificate(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    result = scalingo("domains add fresh.example --cert cert.pem --key key.pem --json")
    assert result.json["domain"]["ssl"] is True
    body = sandbox.requests[-1].json["domain"]
    assert body == {"name": "fresh.example", "tlscert": CERTIFICATE, "tlskey": KEY}


def test_a_certificate_is_changed_and_nothing_that_was_read_is_sent_back(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    result = scalingo(f"domains update {BARE} --cert cert.pem --key key.pem")
    assert (result.code, result.lines[0][:2]) == (0, [BARE, "yes"])
    assert result.stderr == f"Updated the certificate of {BARE}.\n"
    assert sandbox.requests[-1].method == "PATCH"
    assert sandbox.requests[-1].json == {"domain": {"tlscert": CERTIFICATE, "tlskey": KEY}}


@pytest.mark.parametrize(
    ("kind", "form"),
    [("RSA", "PKCS 8"), ("RSA", "traditional"), ("EC", "PKCS 8"), ("EC", "traditional")],
)
def test_every_kind_of_key_is_taken(
    scalingo: CommandLine, files: Path, kind: str, form: str
) -> None:
    key = make_key(kind)
    (files / "cert.pem").write_text(certify(key, BARE, days=90))
    (files / "key.pem").write_text(private_pem(key, form))
    assert scalingo(f"domains update {BARE} --cert cert.pem --key key.pem").code == 0


def test_of_the_files_the_certificates_and_the_key_alone_are_sent(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    """A chain, a combined file, comments in any encoding, curve parameters, Windows line ends."""
    key = make_key("EC")
    own, above = certify(key, BARE, days=90), certify(make_key("EC"), "Root", days=900)
    private = private_pem(key, "traditional")
    parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    combined = f"Soci\xe9t\xe9\n{parameters}{private}\n{own}\n# root\n{above}"
    (files / "all.pem").write_bytes(combined.replace("\n", "\r\n").encode("latin-1"))
    assert scalingo(f"domains update {BARE} --cert all.pem --key all.pem").code == 0
    assert sandbox.requests[-1].json == {"domain": {"tlscert": own + above, "tlskey": private}}


def test_a_key_may_come_through_a_pipe(scalingo: CommandLine, files: Path) -> None:
    """As of a secret manager, so that it is on no disk."""
    line = f"exec scalingo domains update {BARE} --cert cert.pem --key <(cat key.pem)"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=files,
        env={**scalingo.environment, "PATH": path},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    from_stdin = scalingo(f"domains update {BARE} --cert cert.pem --key -", stdin=KEY)
    assert from_stdin.code == 0


def test_the_files_stay_as_they_are(scalingo: CommandLine, files: Path) -> None:
    (files / "key.pem").chmod(0o400)
    assert scalingo(f"domains update {BARE} --cert cert.pem --key key.pem").code == 0
    assert stat.S_IMODE((files / "key.pem").stat().st_mode) == 0o400
    assert (files / "key.pem").read_text() == KEY
    assert sorted(path.name for path in files.glob("*.pem")) == ["cert.pem", "key.pem"]


def refused(scalingo: CommandLine, sandbox: Sandbox, secret: str) -> str:
    """Try to send the pair; return the error, in which nothing of `secret` may be."""
    line = "domains add fresh.example --cert cert.pem --key key.pem --debug-body"
    result = scalingo(line)
    assert (result.code, result.stdout) == (2, "")
    assert sandbox.requests == []
    for line in secret.splitlines():
        assert not line or "-----" in line or line not in result.stderr
    return result.stderr


def test_a_key_of_another_certificate_is_refused(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    for kind in ("RSA", "EC", "Ed25519"):
        other = private_pem(make_key(kind))
        (files / "key.pem").write_text(other)
        said = "The key in key.pem does not match the certificate in cert.pem."
        assert said in refused(scalingo, sandbox, other)


def test_a_chain_in_the_wrong_order_is_explained(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    above = certify(make_key("EC"), "Root", days=900)
    (files / "cert.pem").write_text(above + CERTIFICATE)
    assert "the domain's own certificate comes first" in refused(scalingo, sandbox, KEY)


@pytest.mark.parametrize("form", ["PKCS 8", "traditional"])
def test_a_key_with_a_passphrase_is_refused_and_never_asked_for(
    scalingo: CommandLine, sandbox: Sandbox, files: Path, form: str
) -> None:
    key = make_key("RSA")
    locked = private_pem(key, form, "raspberry")
    (files / "cert.pem").write_text(certify(key, BARE, days=90))
    (files / "key.pem").write_text(locked)
    assert "The key in key.pem has a passphrase" in refused(scalingo, sandbox, locked)
    terminal = scalingo.terminal("domains add fresh.example --cert cert.pem --key key.pem")
    terminal.expect("has a passphrase")
    terminal.wait()
    assert terminal.exitstatus == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "does not contain a PEM private key"),
        ("just words", "does not contain a PEM private key"),
        (CERTIFICATE, "does not contain a PEM private key"),
        (KEY + BAD_KEY, "contains 2 private keys"),
        (BAD_KEY, "contains a key that is damaged"),
        (private_pem(make_key("Ed25519"), "OpenSSH"), "contains a key that is damaged"),
        (KEY[:200], "does not contain a PEM private key"),
        (KEY.replace("MIIC", "!!!!"), "contains a key that is damaged"),
    ],
    ids=["empty", "words", "certificate", "two", "damaged", "OpenSSH", "cut", "not base64"],
)
def test_what_is_no_key_is_refused(
    scalingo: CommandLine, sandbox: Sandbox, files: Path, content: str, said: str
) -> None:
    (files / "key.pem").write_text(content)
    assert f"key.pem {said}" in refused(scalingo, sandbox, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not contain a PEM certificate"),
        (KEY.encode(), "does not contain a PEM certificate"),
        (b"\x30\x82\x02\xff DER", "does not contain a PEM certificate"),
        (CERTIFICATE.encode()[:300], "does not contain a PEM certificate"),
        (CERTIFICATE.replace("MIIC", "MIIA").encode(), "contains a damaged certificate"),
        (
            f"{CERTIFICATE}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".encode(),
            "contains a damaged certificate",
        ),
    ],
    ids=["empty", "key", "DER", "cut", "damaged", "damaged in the chain"],
)
def test_what_is_no_certificate_is_refused(
    scalingo: CommandLine, sandbox: Sandbox, files: Path, content: bytes, said: str
) -> None:
    (files / "cert.pem").write_bytes(content)
    assert f"cert.pem {said}" in refused(scalingo, sandbox, KEY)


def test_what_the_platform_sent_cannot_be_sent_back(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    domain = scalingo(f"domains show {SHOP} --json").json["domain"]
    (files / "cert.pem").write_text(domain["tlscert"])
    (files / "key.pem").write_text(domain["tlskey"])
    sandbox.clear_requests()
    refused(scalingo, sandbox, "")


def test_certificate_and_key_go_together(scalingo: CommandLine, files: Path) -> None:
    for option in ("--cert cert.pem", "--key key.pem"):
        alone = scalingo(f"domains add fresh.example {option}")
        assert alone.code == 2
        assert "--cert and --key must be used together." in alone.stderr
        assert scalingo(f"domains update {SHOP} {option}").code == 2
    missing = scalingo("domains add fresh.example --cert cert.pem --key none.pem")
    assert missing.code == 2
    assert "Could not read none.pem: No such file or directory." in missing.stderr


@pytest.mark.parametrize("option", ["--dry-run", "--curl"])
def test_a_dry_run_masks_the_key_and_sends_nothing(
    scalingo: CommandLine, sandbox: Sandbox, files: Path, option: str
) -> None:
    lines = {
        "POST": "add fresh.example --cert cert.pem --key key.pem",
        "PATCH": f"update {SHOP} --cert cert.pem --key key.pem",
        "DELETE": f"remove {SHOP}",
    }
    for method, line in lines.items():
        result = scalingo(f"domains {line} {option}")
        assert result.code == 0
        assert method in result.stdout
        assert "/domains" in result.stdout
        assert KEY.splitlines()[1] not in result.stdout + result.stderr
    assert changes(sandbox) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (SHOP, "is already taken"),
        ("Not A Domain", "is not a domain name"),
        ("[red]", "is not a domain name"),
        ("", "is not a domain name"),
    ],
)
def test_the_platform_rejects_a_name(scalingo: CommandLine, name: str, said: str) -> None:
    result = scalingo(["domains", "add", name])
    assert (result.code, result.stdout) == (5, "")
    assert f"name {said}" in result.stderr


def test_an_app_takes_so_many_domains(scalingo: CommandLine, sandbox: Sandbox) -> None:
    there = len(scalingo("domains").lines)
    most = sandbox.dialect.most_domains
    codes = [scalingo(f"domains add shop{number}.example").code for number in range(there, most)]
    assert set(codes) == {0}
    assert scalingo("domains add another.example").code == 5
    assert f"limited to {most}" in scalingo("domains add another.example --json").error["message"]


def test_removing_asks_at_a_terminal(scalingo: CommandLine) -> None:
    terminal = scalingo.terminal(f"domains remove {SHOP}")
    terminal.expect(f"Remove the domain {SHOP} with its certificate from ")
    terminal.sendline("no")
    terminal.expect("Nothing was done")
    terminal.wait()
    assert terminal.exitstatus == 2
    terminal = scalingo.terminal(f"domains remove {BARE}")
    terminal.expect(f"Remove the domain {BARE} from ")
    terminal.sendline("yes")
    terminal.expect("Removed the domain")
    terminal.wait()
    assert terminal.exitstatus == 0
    assert [line[0] for line in scalingo("domains").lines] == [SHOP, ORDERS]


def test_removing_without_a_terminal_needs_yes(scalingo: CommandLine, sandbox: Sandbox) -> None:
    refused = scalingo(f"domains remove {SHOP}")
    assert refused.code == 2
    assert "Pass --yes to proceed." in refused.stderr
    assert changes(sandbox) == []
    removed = scalingo(f"domains remove {SHOP} --yes --json")
    assert (removed.code, removed.stdout) == (0, "")
    assert scalingo(f"domains show {SHOP}").code == 3


def test_hostile_names_are_data(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.apps[0].domains[0] |= {"name": "[red]\x1b[2J", "id": "../../keys"}
    assert scalingo("domains").lines[0][0] == r"[red]\x1b[2J"
    assert r"[red]\x1b[2J" in scalingo("domains", **TERMINAL).stdout
    sandbox.clear_requests()
    assert scalingo("domains show ../../keys").code == 0
    assert sandbox.requests[-1].path.endswith("/domains/..%2F..%2Fkeys")


def test_a_hint_quotes_the_name_of_the_app(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer({"domains": []})
    said = scalingo(["domains", "show", "x", "--app", "my app; ls"], SCALINGO_API_URL=elsewhere.url)
    assert "scalingo domains --app 'my app; ls'" in said.stderr


def test_domains_list_says_which_dns_record_is_to_be_set(scalingo: CommandLine) -> None:
    result = scalingo("domains", SCALINGO_FORCE_TTY="120", NO_COLOR="1")
    assert "needs a DNS record" in result.stdout
    [said] = result.stderr.splitlines()
    assert said.startswith(
        f"For the certificate of {BARE}, set the DNS record: _acme-challenge TXT"
    )
    assert scalingo(f"domains show {BARE}").lines[0][-1].startswith("_acme-challenge TXT ")
    assert [line[4] for line in scalingo("domains").lines] == ["created", "created", "dns_required"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("pending_dns", "waits for the DNS"),
        ("new", "requested"),
        ("created", "active"),
        ("error", "failed"),
        ("of tomorrow", "of tomorrow"),
    ],
)
def test_domains_list_says_what_lets_encrypt_does(
    status: str, words: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.store.apps[0].domains[2]["letsencrypt_status"] = status
    line = scalingo("domains", SCALINGO_FORCE_TTY="120", NO_COLOR="1").stdout.splitlines()[4]
    assert words in line


def test_domains_add_without_lets_encrypt(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for line in ("domains add a.pinecrate.example", "domains-add b.pinecrate.example"):
        result = scalingo(f"{line} --no-letsencrypt")
        assert (result.code, result.lines[0][4]) == (0, "off")
    assert bodies(sandbox) == [
        {"domain": {"name": f"{name}.pinecrate.example", "letsencrypt_enabled": False}}
        for name in "ab"
    ]


def test_domains_update_sends_what_was_given_and_nothing_else(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(f"domains update {SHOP} --canonical")
    assert (result.code, result.stderr) == (0, f"Updated {SHOP}.\n")
    assert scalingo(f"domains update {ORDERS} --canonical --no-letsencrypt").code == 0
    assert [line[3] for line in scalingo("domains").lines] == ["no", "yes", "no"]
    assert (
        scalingo(f"domains update {BARE} --letsencrypt")
        .stderr.splitlines()[1]
        .startswith(f"For the certificate of {BARE}, set the DNS record: ")
    )
    assert bodies(sandbox) == [
        {"domain": {"canonical": True}},
        {"domain": {"letsencrypt_enabled": False, "canonical": True}},
        {"domain": {"letsencrypt_enabled": True}},
    ]


@pytest.mark.usefixtures("files")
def test_domains_update_removes_a_certificate(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(f"domains update {SHOP} --no-cert")
    assert (result.code, result.lines[0][:2]) == (0, [SHOP, "no"])
    assert scalingo(f"domains-ssl {ORDERS} disable").code == 0
    assert bodies(sandbox) == [{"domain": {"tlscert": "", "tlskey": ""}}] * 2
    assert scalingo(f"domains update {SHOP} --no-cert --cert cert.pem --key key.pem").code == 2
    assert scalingo(f"domains update {SHOP}").code == 2
    assert len(bodies(sandbox)) == 2


def test_domains_ssl_reads_the_files_of_the_official_client(
    scalingo: CommandLine, sandbox: Sandbox, files: Path
) -> None:
    assert scalingo(f"domains-ssl {BARE}").code == 2
    (files / "domain.crt").write_text(CERTIFICATE)
    (files / "domain.key").write_text(KEY)
    assert scalingo(f"domains-ssl {BARE}").lines[0][:2] == [BARE, "yes"]
    assert scalingo(f"domains-ssl {BARE} enable").code == 2
    assert len(bodies(sandbox)) == 1


def test_domains_canonical_as_the_official_client_spells_it(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    none = scalingo("unset-canonical-domain")
    assert (none.code, none.stdout) == (3, "")
    assert f"{sandbox.main_app} has no canonical domain." in none.stderr
    assert scalingo(f"set-canonical-domain {SHOP}").code == 0
    assert scalingo("unset-canonical-domain").code == 0
    assert bodies(sandbox) == [{"domain": {"canonical": True}}, {"domain": {"canonical": False}}]
    assert scalingo("set-canonical-domain nowhere.example").code == 3


@pytest.mark.legacy
def test_domains_of_the_legacy_api_have_no_lets_encrypt(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert "Encrypt" not in scalingo("domains", **TERMINAL).stdout
    asked = len(sandbox.requests)
    assert scalingo(f"domains update {SHOP} --canonical").code == 2
    assert scalingo("domains add a.pinecrate.example --no-letsencrypt").code == 2
    assert len(sandbox.requests) == asked
