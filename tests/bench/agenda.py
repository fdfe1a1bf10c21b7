# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of all works."""

from link import LinkPull
from works import MIB, Copy, Image, Mount, Pull, PullAgain, PullToDisk, Push, PushAgain


def make_agenda(quick):
    """Returns the works, and the image that the window pulls."""
    big = Image("big", 8, (16 if quick else 128) * MIB)
    one = Image("one", 1, (128 if quick else 1024) * MIB)
    many = Image("many", 50 if quick else 200, 16 << 10)
    # A connection has little more than 1 Mbit/s when packets are lost.
    small_big = Image("link-big", 8, 1 * MIB)
    small_one = Image("link-one", 1, (2 if quick else 4) * MIB)
    return [
        Pull("pull-big", big, 3 if quick else 15), Pull("pull-one", one, 3 if quick else 18),
        Pull("pull-many", many, 4 if quick else 10),
        PullToDisk("pull-to-disk-big", big, 3 if quick else 20),
        PullToDisk("pull-to-disk-one", one, 3 if quick else 22),
        Push("push-big", big, 5 if quick else 20), Push("push-one", one, 5 if quick else 22),
        Push("push-many", many, 5 if quick else 12),
        PushAgain("push-again", big, 1), PushAgain("push-many-again", many, 3),
        PullAgain("pull-again", big, 2), PullAgain("pull-many-again", many, 3),
        Mount("mount", big, 2 if quick else 6), Mount("mount-many", many, 3 if quick else 5),
        Copy("copy", big, 5 if quick else 18),
        LinkPull("link-big", small_big, 10), LinkPull("link-one", small_one, 25),
        LinkPull("link-many", many, 8),
    ], big
