"""The way in: `scalingo`, or `python -m scalingo_cli`."""

import sys


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        if sys.argv[1:] == ["--version"]:  # answered without paying for an import
            from scalingo_cli import __version__

            sys.stdout.write(f"{__version__}\n")
            return 0
        from scalingo_cli.cli import main as run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
