"""llmtui in a browser: one process for each page, behind a gate."""
