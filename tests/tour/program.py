# SPDX-License-Identifier: GPL-3.0-or-later
"""Longshore, running in the session with the probe and the stall meter in it."""

import re
import signal

import processes
from processes import Failure, wait_until

STALL_LIMIT_MS = 100


class Program:
    def __init__(self, session, path, modules):
        self.session = session
        self.path = path
        self.modules = modules
        self.probe_socket = session.runtime / "probe"
        self.stall_log = session.logs / "stalls.log"
        self.log = session.logs / "longshore.log"
        self.process = None
        self.first_frames = []
        self.peak_memory = 0

    def start(self, environment=None, robot=None):
        """Opens the window and waits until it is there."""
        first_frame = self.session.runtime / "first-frame"
        first_frame.unlink(missing_ok=True)
        self.probe_socket.unlink(missing_ok=True)
        self.process = self.session.start(
            [self.path], "longshore",
            env={
                **self.session.environment,
                "XDG_DATA_DIRS": f"{self.path.parent.parent / 'share'}:/usr/local/share:/usr/share",
                "LD_PRELOAD": f"{self.modules}/tour-probe.so {self.modules}/tour-stall.so",
                "TOUR_PROBE_SOCKET": str(self.probe_socket),
                "TOUR_FIRST_FRAME": str(first_frame),
                "TOUR_STALL_LOG": str(self.stall_log),
                "TOUR_STALL_LIMIT": str(STALL_LIMIT_MS),
                "TOUR_STALL_STACKS": "1",
                "GTK_A11Y": "none",
                "G_MESSAGES_DEBUG": "all",
                **(environment or {}),
            })
        wait_until(lambda: first_frame.exists() or self.ended(), "the first frame")
        if self.ended():
            raise Failure("Longshore ended before it showed its window; see logs/longshore.log")
        wait_until(lambda: first_frame.read_text().endswith("\n"), "the first frame")
        self.first_frames.append(float(first_frame.read_text()))

    def ended(self):
        return self.process.poll() is not None

    def wait_for_end(self):
        """Waits until Longshore has quit by itself, without having crashed."""
        try:
            status = self.process.wait(20)
        except Exception as error:
            raise Failure("Longshore did not quit") from error
        if status != 0:
            raise Failure(f"Longshore ended with status {status}; see logs/longshore.log")

    def kill(self):
        """Ends Longshore as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and not self.ended():
            processes.end(self.process)

    def note_memory(self):
        """Takes down the most memory that this run has used so far, in KiB."""
        status = open(f"/proc/{self.process.pid}/status").read()
        self.peak_memory = max(self.peak_memory, int(re.search(r"VmHWM:\s+(\d+)", status)[1]))

    def longest_stall(self):
        """The longest time, in milliseconds, that any run's main loop was busy."""
        text = self.stall_log.read_text() if self.stall_log.exists() else ""
        return max((float(number) for number in
                    re.findall(r"^(?:stall|longest) ([\d.]+) ms", text, re.MULTILINE)), default=0)

    def complaints(self):
        """Warnings and worse in the log."""
        pattern = re.compile(r"\b(WARNING|CRITICAL|ERROR)\b \*\*|-(WARNING|CRITICAL|ERROR) \*\*")
        return [line for line in self.log.read_text(errors="replace").splitlines()
                if pattern.search(line)]
