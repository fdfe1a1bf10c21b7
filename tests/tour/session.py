#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop session of our own: display, window manager, bus, keyring and home.

As a program: session.py COMMAND... runs a command inside a session and ends all
that the command left running.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import processes
from processes import Failure, wait_until

SCREEN = "1366x900x24"
KEYRING_PASSWORD = "the keyring of the session"

# Nothing is started by name: what is on this bus, we put there.
BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

# Pictures that come out the same every time.
GTK_SETTINGS = """[Settings]
gtk-font-name=Cantarell 11
gtk-enable-animations=0
gtk-cursor-blink=0
gtk-xft-antialias=1
gtk-xft-hinting=0
gtk-xft-rgba=none
"""

# Every window in the middle of the screen, dialogs over the window they belong to.
OPENBOX_SETTINGS = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <applications>
    <application type="*">
      <position force="yes"><x>center</x><y>center</y></position>
    </application>
  </applications>
</openbox_config>
"""

FOREIGN = ("WAYLAND_DISPLAY", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XAUTHORITY", "GTK_THEME",
           "GNOME_KEYRING_CONTROL", "http_proxy", "https_proxy", "all_proxy",
           "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "no_proxy", "NO_PROXY",
           "XDG_CURRENT_DESKTOP", "GTK_IM_MODULE", "XMODIFIERS", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE")


class Session:
    """Lives in one folder: home/ (with the XDG folders in it), run/ and logs/."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.home = self.folder / "home"
        self.logs = self.folder / "logs"
        # Sockets have short paths, however deep the folder lies.
        self.runtime = pathlib.Path(tempfile.mkdtemp(prefix="longshore-"))
        self.children = []
        self.keyring = None
        for path in (self.home, self.logs, self.config, self.data, self.cache):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        self.environment.update(
            HOME=str(self.home),
            XDG_CONFIG_HOME=str(self.config),
            XDG_DATA_HOME=str(self.data),
            XDG_CACHE_HOME=str(self.cache),
            XDG_STATE_HOME=str(self.home / ".local" / "state"),
            XDG_RUNTIME_DIR=str(self.runtime),
            LANG="C.UTF-8",
            LC_ALL="C.UTF-8",
            LANGUAGE="",
            NO_AT_BRIDGE="1",
            GSK_RENDERER="cairo",
            GSETTINGS_BACKEND="keyfile",
        )

    @property
    def config(self):
        return self.home / ".config"

    @property
    def data(self):
        return self.home / ".local" / "share"

    @property
    def cache(self):
        return self.home / ".cache"

    def start(self, command, name, **options):
        child = processes.start(command, self.logs / f"{name}.log",
                                env=options.pop("env", self.environment), **options)
        self.children.append(child)
        return child

    def open(self):
        self._start_display()
        self._start_bus()
        self._start_keyring()

    def _start_display(self):
        settings = self.config / "gtk-4.0" / "settings.ini"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(GTK_SETTINGS)
        read_end, write_end = os.pipe()
        server = self.start(["Xvfb", "-displayfd", write_end, "-screen", "0", SCREEN,
                             "-nolisten", "tcp", "-noreset", "+extension", "COMPOSITE"],
                            "xvfb", pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Failure(f"Xvfb did not start: {self.log_of('xvfb')}")
        self.environment["DISPLAY"] = f":{number}"
        configuration = self.runtime / "openbox.xml"
        configuration.write_text(OPENBOX_SETTINGS)
        self.start(["openbox", "--config-file", configuration], "openbox")
        # Without it popovers stand in a black rectangle.
        self.start(["xcompmgr"], "xcompmgr")
        wait_until(self._has_window_manager, "the window manager")
        return server

    def chinese_environment(self):
        """What makes a program speak Chinese, whether this computer knows the locale or not."""
        locales = self.runtime / "locales"
        if not locales.exists():
            locales.mkdir()
            processes.run(["localedef", "-i", "zh_CN", "-f", "UTF-8", locales / "zh_CN.UTF-8"])
        return {"LOCPATH": str(locales), "LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8",
                "LANGUAGE": "zh_CN"}

    def set_text_scale(self, factor):
        """How large programs that start from now on write."""
        processes.run(["xprop", "-root", "-format", "RESOURCE_MANAGER", "8s",
                       "-set", "RESOURCE_MANAGER", f"Xft.dpi:\t{round(96 * factor)}\n"],
                      env=self.environment)

    def _has_window_manager(self):
        done = subprocess.run(["xdotool", "get_num_desktops"], env=self.environment,
                              capture_output=True)
        return done.returncode == 0

    def _start_bus(self):
        socket = self.runtime / "bus"
        configuration = self.runtime / "bus.conf"
        configuration.write_text(BUS_CONFIGURATION.format(socket=socket))
        self.start(["dbus-daemon", "--nofork", f"--config-file={configuration}"], "bus")
        wait_until(socket.exists, "the session bus")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={socket}"

    def _start_keyring(self):
        program = shutil.which("gnome-keyring-daemon")
        if not program:
            raise Failure("gnome-keyring-daemon is not installed")
        arguments = ["--foreground", "--unlock", "--components=secrets"]
        try:
            self.keyring = self.start([program, *arguments], "keyring", stdin=subprocess.PIPE)
        except PermissionError:
            # A container may not grant the capability that the file asks for; a copy asks for none.
            copy = shutil.copy(program, self.runtime)
            self.keyring = self.start([copy, *arguments], "keyring", stdin=subprocess.PIPE)
        self.keyring.stdin.write(KEYRING_PASSWORD.encode())
        self.keyring.stdin.close()
        wait_until(lambda: self.owns("org.freedesktop.secrets"), "the keyring")

    def stop_keyring(self):
        processes.end(self.keyring)
        wait_until(lambda: not self.owns("org.freedesktop.secrets"), "the keyring to go")

    def owns(self, name):
        """Whether somebody on the session bus has a name."""
        done = subprocess.run(
            ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus",
             "--object-path", "/org/freedesktop/DBus",
             "--method", "org.freedesktop.DBus.NameHasOwner", name],
            env=self.environment, text=True, capture_output=True)
        return "true" in done.stdout

    def log_of(self, name):
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace").strip() if path.exists() else ""

    def close(self):
        for child in reversed(self.children):
            processes.end(child)
        shutil.rmtree(self.runtime, ignore_errors=True)


def free_to_mount():
    """What goes before a command so that it may mount file systems, which end with it.

    Nothing, where the kernel or a container does not allow that; who wants to mount must be
    prepared for a refusal.
    """
    prefix = ["unshare", "--mount"]
    if os.geteuid() != 0:
        prefix += ["--user", "--map-current-user", "--keep-caps"]
    allowed = subprocess.run([*prefix, "true"], capture_output=True).returncode == 0
    return prefix if allowed else []


def main():
    if len(sys.argv) < 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    processes.adopt_orphans()
    processes.raise_on_signals()
    session = None
    with tempfile.TemporaryDirectory(prefix="longshore-session-") as folder:
        try:
            session = Session(folder)
            session.open()
            session.environment["GTK_A11Y"] = "test"
            # Not LOCPATH itself: with it, glibc loses memory whenever a library asks for a locale.
            session.environment["TEST_LOCALES"] = session.chinese_environment()["LOCPATH"]
            return subprocess.run([*free_to_mount(), *sys.argv[1:]],
                                  env=session.environment).returncode
        except Failure as failure:
            print(f"session: {failure}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
        finally:
            processes.end_everything()
            if session:
                shutil.rmtree(session.runtime, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
