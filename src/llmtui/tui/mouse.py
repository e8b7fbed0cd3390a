"""Whether the terminal sends the mouse to llmtui or keeps it for its own selecting.

Textual has a switch for it at start only. What its drivers do then is done here later, through names that
are theirs: what has none of them (a browser, a test) keeps its mouse.
"""

from typing import Protocol, cast

from textual.driver import Driver


class _Driver(Protocol):
    _mouse: bool

    def _enable_mouse_support(self) -> None: ...

    def _disable_mouse_support(self) -> None: ...

    def _enable_mouse_pixels(self) -> None: ...


def captured(driver: Driver | None) -> bool:
    """Whether llmtui has the mouse."""
    return bool(getattr(driver, "_mouse", True))


def capture(driver: Driver | None, wanted: bool) -> bool:
    """Take the mouse, or let go of it; False where that can not be done."""
    if not hasattr(driver, "_enable_mouse_support") or not hasattr(driver, "_disable_mouse_support"):
        return False
    switched = cast(_Driver, driver)
    # Each does nothing while `_mouse` is off; what starts again after Ctrl+Z or an editor asks for it too.
    if wanted:
        switched._mouse = True
        switched._enable_mouse_support()
        if getattr(driver, "_in_band_window_resize", False):
            # Then Textual reads places as pixels, and this mode has just been taken the place of.
            switched._enable_mouse_pixels()
    else:
        switched._disable_mouse_support()
        switched._mouse = False
    return True
