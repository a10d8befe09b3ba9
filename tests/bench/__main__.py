"""`make bench`, or `python -m tests.bench [weights] [walking] [lighthouse]`.

One line of JSON a measure on standard output, the same as a table on standard error. Ends with 1
when a budget is broken or something could not be measured.
"""

import signal
import sys
from collections.abc import Iterator

from tests.bench import lighthouse, phone, site, walking, weights
from tests.bench.measures import Measure, table

PARTS = ("weights", "walking", "lighthouse")


def main(arguments: list[str]) -> int:
    wanted = arguments or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"Not a part of the benchmark: {', '.join(sorted(unknown))}")
    # A process that is told to end leaves no server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    is_complete = "lighthouse" not in wanted or lighthouse.install()
    if not is_complete:
        wanted.remove("lighthouse")
        print("Left out, npm is missing: Lighthouse", file=sys.stderr)
    told = []
    with site.running() as address:
        for measure in run(wanted, address):
            print(measure.line(), flush=True)
            told.append(measure)
    print(table(told), file=sys.stderr)
    return 0 if is_complete and all(each.ok for each in told) else 1


def run(wanted: list[str], address: str) -> Iterator[Measure]:
    """The measures of the parts, one after the other: two at once would slow each other down."""
    with phone.chromium() as browser:
        if "weights" in wanted:
            yield from weights.measures(browser, address)
    if "lighthouse" in wanted:
        yield from lighthouse.measures(address)
    # Last, because it fills in the day that the others look at.
    with phone.chromium() as browser:
        if "walking" in wanted:
            yield from walking.measures(browser, address)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
