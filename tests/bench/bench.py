#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Longshore's transfers beside those of other programs, in one run.

Whole processes against a real docker-registry on this computer, in turns whose
order changes each round; medians after a round that does not count.
"""

import argparse
import dataclasses
import json
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tour"))

import agenda  # noqa: E402
import contestants  # noqa: E402
import processes  # noqa: E402
import table  # noqa: E402
from floor import Floor  # noqa: E402
from measuring import Bench, median  # noqa: E402
from processes import Failure  # noqa: E402
from window import measure_window  # noqa: E402
from works import Arena  # noqa: E402

NEEDED_BYTES = 8 << 30
NEEDED_BYTES_QUICK = 2 << 30


def rounds_of(work, arena, rounds):
    """Lets everybody do a work, in turns; returns the rows for the table."""
    entrants = [*arena.contestants, *([Floor()] if work.has_floor else [])]
    costs = {entrant.label: [] for entrant in entrants}
    rounds = min(rounds, work.most_rounds or rounds)
    try:
        work.prepare(arena)
        for number in range(rounds + work.warms_up):
            # Nobody is always first, and nobody always comes after the same one.
            shift = number % len(entrants)
            done = work.round(arena, entrants[shift:] + entrants[:shift])
            for label, cost in done.items():
                if number > 0 or not work.warms_up:
                    costs[label].append(cost)
    finally:
        work.clear(arena)
    return [(label, median(measured) if measured else None) for label, measured in costs.items()]


def bench(options, folder):
    place = Bench(options.tools, folder)
    entrants = contestants.find(place.transfer, options.peer)
    works, window = agenda.make_agenda(options.quick)
    works = [work for work in works
             if not options.only or any(word in work.key for word in options.only)]
    if options.only and not any(word in "window" for word in options.only):
        window = None
    if not works and not window:
        raise Failure("no work has such a name")
    seconds = sum(work.seconds for work in works) * (options.rounds + 1) * len(entrants) / 5
    seconds += 8 * (options.rounds + 1) if window else 0
    print(f"{len(works) + bool(window)} works, {options.rounds} rounds and one before them: about "
          f"{max(1, round(seconds / 60))} min", file=sys.stderr)
    arena = Arena(place, entrants)
    arena.open({image.key: image for image in
                [*(work.image for work in works), *([window] if window else [])]}.values())
    results = []
    for work in works:
        try:
            rows = rounds_of(work, arena, options.rounds)
        except NotImplementedError as reason:
            print(f"\n{work.title}\n  {reason}")
            continue
        table.print_work(work.title, rows, Floor.kind)
        results.append((work.title, rows))
    if window:
        measure_window(arena, window, options.rounds, options.prefix)
    if results:
        table.print_summary(results, Floor.kind)
        print(table.FOOTNOTES)
    if options.json:
        options.json.write_text(json.dumps(
            {title: {label: cost and dataclasses.asdict(cost) for label, cost in rows}
             for title, rows in results}, indent=1))


def peer(text):
    kind, equals, program = text.partition("=")
    if not equals or kind not in contestants.KINDS or not shutil.which(program):
        raise argparse.ArgumentTypeError(f"{text}: not KIND=PROGRAM")
    return kind, program


def main():
    parser = argparse.ArgumentParser(prog="dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--prefix", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="smaller images, three rounds")
    parser.add_argument("--only", action="append", metavar="WORD",
                        help="only works with this in their names: "
                             "pull, push-one, copy, link, window ...")
    parser.add_argument("--rounds", type=int, help="5, or 3 if quick")
    parser.add_argument("--peer", action="append", type=peer, default=[], metavar="KIND=PROGRAM",
                        help="one more to compare with, such as skopeo=/opt/skopeo/bin/skopeo")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="keep the medians, too")
    options = parser.parse_args()
    options.prefix = options.prefix.resolve()
    options.rounds = options.rounds or (3 if options.quick else 5)
    processes.adopt_orphans()
    processes.raise_on_signals()
    # On the disk of the project: what is temporary elsewhere may be in memory.
    disk = pathlib.Path(options.tools).resolve().parents[1]
    if shutil.disk_usage(disk).free < (NEEDED_BYTES_QUICK if options.quick else NEEDED_BYTES):
        print("bench: the disk is too full", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(dir=disk, prefix="bench-") as folder:
        try:
            bench(options, pathlib.Path(folder))
            return 0
        except Failure as failure:
            print(f"bench: {failure}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
        finally:
            processes.end_everything()


if __name__ == "__main__":
    sys.exit(main())
