"""The front door: argv, pipe or screen."""

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run llmtui; the exit status: 0 done, 1 failed, 2 wrong usage or settings, 130 interrupted."""
    # Starting makes many objects and next to no garbage: collecting while modules load costs a tenth of it.
    gc.disable()
    from llmtui.cli.arguments import read_arguments

    arguments = read_arguments(sys.argv[1:] if argv is None else argv)
    try:
        status: int = arguments.run(arguments)
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone: `llmtui history list | head`.
        sys.stderr.close()
        return 1


__all__ = ["main"]
