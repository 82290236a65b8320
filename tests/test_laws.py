"""The laws that every command keeps: each test walks the whole command tree."""

from __future__ import annotations

import pytest

from tests.command_tree import Node, leaves, tree


@pytest.mark.parametrize("node", tree(), ids=str)
def test_help_says_what_the_command_does(node: Node) -> None:
    assert node.command.help


@pytest.mark.parametrize("node", leaves(), ids=str)
def test_help_has_an_example(node: Node) -> None:
    assert node.examples
    for example in node.examples:
        assert " ".join(example.arguments).startswith(str(node).removesuffix(" list"))
