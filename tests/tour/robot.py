# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the screen: sees widgets (through the probe), moves a real mouse and
types on a real keyboard (through the X server's own test extension)."""

import json
import pathlib
import socket
import subprocess
import time

from processes import Failure, run, wait_until

# XDND needs to see motion before a drop, and GTK needs frames between.
DRAG_STEPS = 14


class Widget:
    """One mapped widget as it was when the probe was asked."""

    def __init__(self, record, parent):
        self.record = record
        self.parent = parent
        self.children = []

    def __getattr__(self, name):
        return self.record.get(name)

    def __repr__(self):
        parts = [self.type, self.id and f"#{self.id}", self.text and repr(self.text)]
        return " ".join(part for part in parts if part)

    def ancestors(self):
        widget = self.parent
        while widget:
            yield widget
            widget = widget.parent

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def says(self):
        """All that can be read in this widget, line by line."""
        return "\n".join(widget.text for widget in self.walk()
                         if widget.text and widget.type != "GtkImage")

    def box(self):
        return self.x, self.y, self.width, self.height

    def middle(self):
        return self.x + self.width // 2, self.y + self.height // 2

    def is_in_sight(self):
        """Whether the middle is not scrolled away or cut off."""
        x, y = self.middle()
        widget = self
        # What is beyond a popover does not cut it off.
        while widget.parent and not widget.native:
            widget = widget.parent
            if not (widget.x <= x < widget.x + widget.width
                    and widget.y <= y < widget.y + widget.height):
                return False
        return self.width > 0 and self.height > 0


def parse_tree(records):
    """Gives the widgets of the probe's answer, with parents and children."""
    widgets, path = [], []
    for record in records:
        del path[record["depth"]:]
        widget = Widget(record, path[-1] if path else None)
        if widget.parent:
            widget.parent.children.append(widget)
        path.append(widget)
        widgets.append(widget)
    return widgets


class Look:
    """What to look for: attributes a widget must have, where, and all that it must say."""

    def __init__(self, within=None, says=(), **attributes):
        self.within = within
        self.says = (says,) if isinstance(says, str) else says
        self.attributes = attributes

    def __repr__(self):
        parts = [f"{key}={value!r}" for key, value in self.attributes.items()]
        parts += [f"saying {text!r}" for text in self.says]
        if self.within is not None:
            parts.append(f"in ({self.within!r})")
        return " ".join(parts) or "anything"

    def fits(self, widget):
        if any(getattr(widget, key) != value for key, value in self.attributes.items()):
            return False
        return not self.says or all(text in widget.says() for text in self.says)

    def all_in(self, widgets):
        found = [widget for widget in widgets if self.fits(widget)]
        if self.within is not None:
            above = self.within.first_in(widgets)
            found = [widget for widget in found if above and above in widget.ancestors()]
        return found

    def first_in(self, widgets):
        return next(iter(self.all_in(widgets)), None)


class Robot:
    def __init__(self, session, probe_socket, screenshots):
        self.session = session
        self.probe_socket = str(probe_socket)
        self.pointer = None
        self.screenshots = pathlib.Path(screenshots)
        self.screenshots.mkdir(parents=True, exist_ok=True)

    # What can be seen.

    def widgets(self):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            try:
                connection.connect(self.probe_socket)
                data = b""
                while True:
                    part = connection.recv(1 << 16)
                    if not part:
                        break
                    data += part
            except OSError:
                return []
        try:
            return parse_tree(json.loads(data))
        except json.JSONDecodeError:
            return []

    def see(self, look, seconds=20):
        """Waits until something is there, in sight or not, and returns it."""
        return wait_until(lambda: look.first_in(self.widgets()), repr(look), seconds)

    def sees(self, look):
        return look.first_in(self.widgets()) is not None

    def see_gone(self, look, seconds=20):
        wait_until(lambda: not self.sees(look), f"{look!r} to go", seconds)

    def see_text(self, text, seconds=20, within=None):
        """Waits until a label shows a text (or a part of it)."""
        def found():
            for widget in self.widgets():
                if widget.text and text in widget.text and widget.type != "GtkImage":
                    if within is None or within.fits(widget) or any(
                            within.fits(above) for above in widget.ancestors()):
                        return widget
            return None
        return wait_until(found, f"the text “{text}”", seconds)

    def settle(self, look, seconds=20):
        """Waits until a widget is in sight and has stopped moving."""
        last = None

        def settled():
            nonlocal last
            widget = look.first_in(self.widgets())
            if not widget or not widget.is_in_sight():
                last = None
                return None
            if last == widget.box():
                return widget
            last = widget.box()
            time.sleep(0.06)
            return None

        return wait_until(settled, f"{look!r} in sight", seconds)

    # What can be done.

    def _xdotool(self, *arguments):
        run(["xdotool", *arguments], env=self.session.environment)

    def move(self, x, y):
        # With --sync xdotool waits for a motion, for ever where there is none to make.
        if (x, y) != self.pointer:
            self._xdotool("mousemove", "--sync", x, y)
            self.pointer = (x, y)

    def point(self, look, seconds=20):
        widget = self.settle(look, seconds)
        self.move(*widget.middle())
        return widget

    def click(self, look, button=1, times=1, sensitive=True):
        if sensitive:
            wait_until(lambda: getattr(look.first_in(self.widgets()), "sensitive", False),
                       f"{look!r} to be sensitive")
        widget = self.point(look)
        for _ in range(times):
            self._press(button)
        return widget

    def _press(self, button):
        # As long as a finger does: what comes up meanwhile comes up under a pressed button.
        self._xdotool("mousedown", button, "sleep", 0.06, "mouseup", button, "sleep", 0.03)

    def scroll_to(self, look, over, turns=60):
        """Turns the wheel over one widget until another comes in sight."""
        self.point(over)
        for _ in range(turns):
            widget = look.first_in(self.widgets())
            if widget and widget.is_in_sight():
                return self.settle(look)
            self._xdotool("click", "--repeat", 4, "--delay", 20, 5)
            time.sleep(0.05)
        raise Failure(f"scrolled and did not find {look!r}")

    def key(self, *keys):
        self._xdotool("key", *keys)

    def type(self, text):
        """Types text; what is not on the keyboard comes from the clipboard."""
        if text.isascii():
            self._xdotool("type", "--delay", 12, text)
            return
        with subprocess.Popen(["xclip", "-selection", "clipboard", "-in"], text=True,
                              stdin=subprocess.PIPE, env=self.session.environment) as clip:
            clip.communicate(text)
        self.key("ctrl+v")

    def fill(self, look, text):
        """Replaces what is in an entry."""
        self.click(look)
        self.key("ctrl+a")
        self.type(text)

    def drag(self, look, onto, during=None):
        """Drags one thing onto another; during() is called over the target before the drop."""
        x0, y0 = self.settle(look).middle()
        x1, y1 = self.settle(onto).middle()
        self.move(x0, y0)
        time.sleep(0.1)
        self._xdotool("mousedown", 1)
        time.sleep(0.1)
        for step in range(1, DRAG_STEPS + 1):
            self.move(x0 + (x1 - x0) * step // DRAG_STEPS, y0 + (y1 - y0) * step // DRAG_STEPS)
            time.sleep(0.02)
        time.sleep(0.2)
        if during:
            during()
        self._xdotool("mouseup", 1)

    def clipboard(self):
        return run(["xclip", "-selection", "clipboard", "-out"], env=self.session.environment)

    def resize(self, width, height):
        self._xdotool("getactivewindow", "windowsize", "--sync", width, height)

    # What is kept.

    def rest(self):
        """Takes the pointer out of the way, so that no tooltip shows."""
        self.move(2, 2)
        time.sleep(0.1)

    def screenshot(self, name, whole=False):
        """Saves the main window (or the whole screen) as it looks now."""
        path = self.screenshots / f"{name}.png"
        command = ["scrot", "--overwrite"]
        windows = [widget for widget in self.widgets() if widget.depth == 0 and widget.children]
        if windows and not whole:
            # Without the plain border that a window has where no shadow can be drawn.
            content = max((window.children[0] for window in windows),
                          key=lambda child: child.width * child.height)
            command += ["--autoselect", ",".join(str(part) for part in content.box())]
        # The last frame may still be on its way to the screen.
        time.sleep(0.15)
        run([*command, path], env=self.session.environment)
        return path
