"""`scalingo completion`: the completion script of a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from scalingo_cli.cli.command import Command

if TYPE_CHECKING:
    from scalingo_cli.session import Session


@click.command(
    "completion",
    cls=Command,
    answers_json=False,
    examples=[
        "scalingo completion bash > scalingo.bash",
        "scalingo completion fish > scalingo.fish",
        "scalingo completion zsh > _scalingo",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]), metavar="SHELL")
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print a shell completion script.

    \b
    bash: ~/.local/share/bash-completion/completions/scalingo
    fish: ~/.config/fish/completions/scalingo.fish
    zsh:  _scalingo, in a directory of $fpath

    Save the script in the file listed above; new shells load it from there.
    """
    from scalingo_cli.completion.scripts import script

    session: Session = context.obj
    session.console.write(script(shell, cast("click.Group", context.find_root().command)))
