"""`llmtui paths`: where everything is kept."""

import argparse
import json
import os

from llmtui.config import find_paths


def run(arguments: argparse.Namespace) -> int:
    paths = find_paths(os.environ)
    places = {
        "config": str(paths.config_file),
        "themes": str(paths.themes),
        "history": str(paths.history),
        "exports": str(paths.exports),
        "state": str(paths.remembered),
        "log": str(paths.log),
    }
    if arguments.json:
        print(json.dumps(places, indent=2))
    else:
        for name, place in places.items():
            print(f"{name:<8} {place}")
    return 0
