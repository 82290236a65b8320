"""Real shells at a pseudo-terminal: type, press TAB, look at the line."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pexpect

from tests.programs import missing, require

COMPLETIONS = Path(__file__).parent.parent / "completions"
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
SHELLS = ["bash", "bash with bash-completion", "fish", "zsh"]

# Ctrl-G tells the line between two marks, Ctrl-T puts in every completion at once.
_BASH = r"""
PS1='$ '
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
bind -x '"\C-g": printf "\037%s\037" "$READLINE_LINE"'
bind '"\C-t": insert-completions'
"""
_ZSH = r"""
PS1='$ '
unsetopt beep prompt_cr prompt_sp
unset zle_bracketed_paste
bindkey -e
tell() { print -rn -- $'\037'"$BUFFER"$'\037' }
zle -N tell
bindkey '^G' tell
zle -C all-matches complete-word _generic
zstyle ':completion:all-matches:*' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert true
bindkey '^T' all-matches
"""
_FISH = r"""
function fish_prompt; printf '$ '; end
function fish_greeting; end
function every
    printf '\037%s\037' (complete -C $argv | string replace -r '\t.*' '' | string join '|')
end
bind \cg 'printf "\037%s\037" (commandline)'
"""


COMPINIT = "autoload -Uz compinit && compinit -u -D"
_READ = {
    "bash": f"source {COMPLETIONS}/scalingo.bash",
    "fish": f"source {COMPLETIONS}/scalingo.fish",
    "zsh": f"fpath=({COMPLETIONS} $fpath); {COMPINIT}",
}


class Shell:
    """An interactive shell that has read the completion script, which the line `read` did."""

    def __init__(
        self, name: str, environment: dict[str, str], directory: Path, *, read: str = ""
    ) -> None:
        program = name.partition(" ")[0]
        self._fish = program == "fish"
        home = Path(tempfile.mkdtemp(dir=directory))
        startup = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}[program]
        if name.endswith("bash-completion"):
            if not BASH_COMPLETION.exists():
                missing("bash-completion")
            startup += f"source {BASH_COMPLETION}\n"
        file = home / ".zshrc"
        file.write_text(startup + (read or _READ[program]))
        arguments = {
            "bash": ["--noprofile", "--rcfile", str(file), "-i"],
            "zsh": ["-i"],
            "fish": ["--init-command", f"source '{file}'", "-i"],
        }[program]
        self._child = pexpect.spawn(
            require(program),
            arguments,
            env={
                **environment,
                "TERM": "xterm",
                "INPUTRC": "/dev/null",
                "ZDOTDIR": str(home),
                "XDG_CONFIG_HOME": str(home),
                "XDG_DATA_HOME": str(home),
            },
            cwd=str(directory),
            dimensions=(50, 200),
            encoding="utf-8",
            timeout=60,
        )
        self._child.delaybeforesend = None
        self._child.expect_exact("$ ")

    def tab(self, typed: str) -> str:
        """Return the line after typing this and pressing TAB."""
        return self._line(f"{typed}\t")

    def every(self, typed: str) -> list[str]:
        """Return every word that may stand where this line ends, sorted."""
        if self._fish:
            quoted = typed.replace("\\", "\\\\").replace("'", "\\'")
            self._child.sendline(f"every '{quoted}'")
            return sorted(filter(None, self._reply().split("|")))
        before = typed[: typed.rfind(" ") + 1]
        line = self._line(f"{typed}\x14")
        return sorted(line.removeprefix(before).split()) if line != typed else []

    def described(self, typed: str) -> str:
        """Return the words that may stand where this line ends as fish or zsh lists them."""
        if self._fish:
            self._child.sendline(f"printf '\\037%s\\037' (complete -C '{typed}' | string collect)")
            return self._reply()
        self._child.send(f"{typed}\t\t\x07")
        self._reply()
        return str(self._child.before)

    def run(self, typed: str) -> None:
        """Type a command line and Enter, and wait for its end."""
        self._child.send(f"{typed}\r")
        self._line("")

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)

    def _line(self, keys: str) -> str:
        self._child.send(f"{keys}\x07")
        line = self._reply()
        self._child.send("\x15")
        return line

    def _reply(self) -> str:
        self._child.expect("\x1f(.*?)\x1f")
        match = self._child.match
        assert isinstance(match, re.Match)
        return str(match[1])
