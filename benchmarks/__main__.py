"""Runs the benchmarks: `python -m benchmarks [NAME…]`.

Every `measure_NAME.py` here has `figures()`, which yields what it measured. A promise that is not kept ends
the run with 1.
"""

import sys
from importlib import import_module
from pathlib import Path


def main(wanted: list[str]) -> int:
    """Measure what is wanted, or everything; the exit status."""
    names = sorted(path.stem.removeprefix("measure_") for path in Path(__file__).parent.glob("measure_*.py"))
    if unknown := set(wanted) - set(names):
        print(
            f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(names)}", file=sys.stderr
        )
        return 2
    all_kept = True
    for name in wanted or names:
        for figure in import_module(f"benchmarks.measure_{name}").figures():
            limit = "" if figure.limit is None else f"at most {figure.limit:g} {figure.unit}"
            verdict = "" if figure.kept else "  ← too much"
            print(
                f"{name:<11} {figure.name:<52} {figure.value:>9.4g} {figure.unit:<6} {limit}{verdict}",
                flush=True,
            )
            all_kept = all_kept and figure.kept
    return 0 if all_kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
