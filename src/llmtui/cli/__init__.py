"""The front door: argv, pipe or screen."""

import gc
import os
import sys
from collections.abc import Sequence

_NOBODY_READS = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run llmtui; the exit status: 0 done, 1 failed, 2 wrong usage or settings, 130 interrupted."""
    # Starting makes many objects and next to no garbage: collecting while modules load costs a tenth of it.
    gc.disable()
    from llmtui.cli.arguments import read_arguments

    try:
        arguments = read_arguments(sys.argv[1:] if argv is None else argv)
        status: int = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `llmtui history list | head`: Python would complain at its end of the reader who has gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS
