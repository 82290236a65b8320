"""The way in: `scalingo`, or `python -m scalingo_cli`."""

import gc
import sys


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        if sys.argv[1:] == ["--version"] and _tell_version():
            return 0
        if sys.argv[1:2] == ["__complete"] and len(sys.argv) == 4:  # asked at each TAB
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
        gc.freeze()  # else Python looks for garbage in all that ends with this process


def _tell_version() -> bool:
    """Answer without paying for an import, and return whether that went well."""
    from scalingo_cli import __version__

    try:
        sys.stdout.write(f"scalingo version {__version__}\n")
        sys.stdout.flush()
    except (AttributeError, OSError):  # no stdout, a full disk: the long way knows what to say
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
