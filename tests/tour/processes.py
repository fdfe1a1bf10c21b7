# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting other programs so that none of them outlives us.

Whatever a child starts and leaves behind (a daemon that goes to the background,
a service that the bus starts) is handed to this process by the kernel, so at the
end everything below us is found and ended by its process id.
"""

import ctypes
import os
import pathlib
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """Something did not do what it should; the text is for people."""


def wait_until(condition, what, seconds=20, pause=0.03):
    """Returns the first true value of condition(); raises Failure after a while."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f"waited {seconds} s for {what}")
        time.sleep(pause)


def adopt_orphans():
    """Makes this process the parent of every orphan below it, and ends it with its parent."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def raise_on_signals():
    """Turns SIGTERM and SIGHUP into SystemExit, so that `finally` runs."""

    def leave(number, _frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def start(command, log=None, **options):
    """Starts a program that ends when this process does; its output goes to the file `log`."""
    output = open(log, "ab") if log else subprocess.DEVNULL
    try:
        options.setdefault("stdout", output)
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stderr=output,
            preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0),
            **options,
        )
    finally:
        if log:
            output.close()


def run(command, timeout=60, **options):
    """Runs a program to its end and returns what it printed; raises Failure when it fails."""
    try:
        done = subprocess.run([str(part) for part in command], text=True, capture_output=True,
                              timeout=timeout, **options)
    except subprocess.TimeoutExpired as expired:
        raise Failure(f"{pathlib.Path(command[0]).name} did not end") from expired
    if done.returncode != 0:
        text = (done.stderr or done.stdout).strip()
        raise Failure(f"{pathlib.Path(command[0]).name} failed: {text}")
    return done.stdout


def end(process, seconds=5):
    """Asks one child to end, and insists after a while."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _descendants():
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            state, parent = stat[stat.rindex(")") + 2:].split()[:2]
            parents[int(entry.name)] = (int(parent), state)
    below, found = {os.getpid()}, []
    while True:
        more = [pid for pid, (parent, _) in parents.items() if parent in below and pid not in below]
        if not more:
            return [pid for pid in found if parents[pid][1] != "Z"]
        below.update(more)
        found.extend(more)


def _reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def end_everything(seconds=5):
    """Ends every process below this one."""
    deadline = time.monotonic() + seconds
    while True:
        pids = _descendants()
        _reap()
        if not pids:
            return
        insist = time.monotonic() > deadline
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL if insist else signal.SIGTERM)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
