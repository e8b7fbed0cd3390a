"""Whose an unfinished answer is, and whether that process still lives.

The one file that asks the operating system about processes, each in its own way. A process is known by its
id and its start, because ids are used again, and on Linux by the boot, because starts are counted from it.
"""

import os
import sys
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_GONE = ("Z", "X")  # a zombie writes no more


def this_process() -> str:
    """The name that `lives` understands, with a few letters that tell apart two histories of one process."""
    pid = os.getpid()
    return f"{pid}:{_start(pid) or ''}:{_boot()}:{os.urandom(4).hex()}"


def lives(owner: str | None) -> bool:
    """Whether the process that wrote this name is still running; if nobody can tell, it is."""
    pid, start, boot = [*(owner or "").split(":"), "", ""][:3]
    if not (pid.isascii() and pid.isdigit()) or boot != _boot():
        return False
    found = _start(int(pid))
    return found is not None and (not found or not start or found == start)


def _boot() -> str:
    try:
        return _BOOT.read_text("utf-8").strip()
    except OSError:
        return ""


def _start(pid: int) -> str | None:
    """When this process started, in the system's own unit; empty if it does not say, None if it is gone."""
    if sys.platform == "win32":
        return _start_on_windows(pid)
    if sys.platform == "linux":
        return _start_on_linux(pid)
    if sys.platform == "darwin":
        return _start_on_macos(pid)
    return _start_on_posix(pid)


def _start_on_linux(pid: int) -> str | None:
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The name in brackets may hold anything, brackets too.
    fields = status.rpartition(b")")[2].decode("utf-8", "replace").split()
    return None if len(fields) < 20 or fields[0] in _GONE else fields[19]


def _start_on_posix(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass  # it is there, and not ours
    return ""


def _start_on_macos(pid: int) -> str | None:
    import ctypes

    # struct proc_bsdinfo of <sys/proc_info.h>: 136 bytes that end in the start's seconds and microseconds.
    size, about_the_process = 136, 3
    info = ctypes.create_string_buffer(size)
    try:
        system = ctypes.CDLL("/usr/lib/libSystem.dylib")
        got = system.proc_pidinfo(pid, about_the_process, ctypes.c_uint64(0), info, size)
    except (OSError, AttributeError):
        return _start_on_posix(pid)
    return info.raw[120:136].hex() if got == size else None


def _start_on_windows(pid: int) -> str | None:
    # Spelled for mypy, which reads this on every system.
    if sys.platform != "win32":
        return ""
    import ctypes
    from ctypes import wintypes

    query, still_active, no_access = 0x1000, 259, 5
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(query, False, pid)
    if not handle:
        return "" if ctypes.get_last_error() == no_access else None
    try:
        code = wintypes.DWORD()
        kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code))
        times = [wintypes.FILETIME() for _ in range(4)]
        asked = kernel.GetProcessTimes(wintypes.HANDLE(handle), *map(ctypes.byref, times))
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))
    if code.value != still_active:
        return None
    return f"{times[0].dwHighDateTime:x}{times[0].dwLowDateTime:08x}" if asked else ""
