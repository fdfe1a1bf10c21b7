# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what was measured: each work with the costs of each contestant, and how
Longshore's compare with them."""


def _ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if theirs > 0 else "-"


def _cells(cost, requests):
    cells = f"{cost.seconds:9.3f}{cost.cpu:9.3f}{cost.memory:8.1f}"
    return cells + (f"{cost.requests:10.0f}" if requests else f"{'':10}")


def print_work(title, rows, floor):
    """Rows are (label, cost), Longshore's first; a cost is None where it cannot be had."""
    ours = rows[0][1]
    print(f"\n{title}")
    print(f"  {'':22}{'seconds':>9}{'CPU s':>9}{'MiB':>8}{'requests':>10}"
          f"   Longshore's share: {'time':>6}{'CPU':>7}{'memory':>8}")
    for label, cost in rows:
        if cost is None:
            continue
        line = f"  {label:22}{_cells(cost, label != floor)}"
        if cost is not ours and ours is not None:
            line += (f"{'':21}{_ratio(ours.seconds, cost.seconds):>7}"
                     f"{_ratio(ours.cpu, cost.cpu):>7}{_ratio(ours.memory, cost.memory):>8}")
        print(line, flush=True)


def print_summary(results, floor):
    """One line for each work: Longshore against the best of the others, and the floor."""
    print(f"\n{'Longshore against the best of the others':46}{'seconds':>9}{'best':>9}"
          f"{'ratio':>7}  {'who':18}{'floor':>6}")
    for title, rows in results:
        costs = {label: cost for label, cost in rows[1:] if cost is not None and label != floor}
        ours = rows[0][1]
        if not costs or ours is None:
            continue
        who = min(costs, key=lambda label: costs[label].seconds)
        lowest = dict(rows).get(floor)
        print(f"  {title:44}{ours.seconds:9.3f}{costs[who].seconds:9.3f}"
              f"{_ratio(ours.seconds, costs[who].seconds):>7}  {who:18}"
              f"{_ratio(ours.seconds, lowest.seconds) if lowest else '':>6}")


FOOTNOTES = """
Medians of whole processes, in turns, from an empty target or to an empty registry, on the
loopback interface against a docker-registry; below 1, Longshore is faster or needs less.
Longshore has what it pulled on the disk when it ends (fsync); none of the others wait for
that, but in the pulls "to the disk", after which everybody's file system is synced. The
floor, curl + openssl, does not either, and verifies nothing but computes every SHA-256
once. podman also unpacks what it pulls, and does not push: it would pack it anew.
"""
