"""The entry point: `scalingo`, or `python -m scalingo_cli`."""

import gc
import sys


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        if sys.argv[1:] == ["--version"] and _print_version():
            return 0
        if sys.argv[1:2] == ["__complete"] and len(sys.argv) == 4:  # runs at each TAB
            from scalingo_cli.storage import completion_cache

            return completion_cache.main(*sys.argv[2:])
        from scalingo_cli.process import signals

        with signals.as_ctrl_c() as received:
            try:
                from scalingo_cli.main import main as run

                code = run(sys.argv[1:])
            except KeyboardInterrupt:
                code = 130
        return 128 + received[0] if received else code
    except KeyboardInterrupt:
        return 130
    finally:
        gc.freeze()  # otherwise Python collects garbage once more at exit


def _print_version() -> bool:
    """Print the version without importing anything, and return whether that worked."""
    from scalingo_cli import __version__

    try:
        sys.stdout.write(f"scalingo version {__version__}\n")
        sys.stdout.flush()
    except (AttributeError, OSError):  # no stdout, a full disk: the usual way reports the error
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
