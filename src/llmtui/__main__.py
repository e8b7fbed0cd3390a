"""`python -m llmtui` is `llmtui`."""

import sys

from llmtui.cli import main

sys.exit(main())
