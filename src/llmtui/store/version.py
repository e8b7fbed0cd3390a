"""Which SQLite keeps the history."""


def sqlite_version() -> str:
    """The version of the SQLite library that APSW brings."""
    import apsw

    return apsw.sqlite_lib_version()
