"""Adds up the JUnit files of the test runners and prints the closing line of ./run test.

A doctest program is one ctest entry but many test cases: where its own closing line is in the output, its cases count.
Every other ctest entry, and every pytest case, counts as one.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

DOCTEST_TOTALS = re.compile(r"\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped")


def count(case: ElementTree.Element) -> tuple[int, int, int]:
    """(passed, failed, skipped) of one JUnit entry."""
    output = case.findtext("system-out") or ""
    failed = case.find("failure") is not None or case.find("error") is not None
    if totals := DOCTEST_TOTALS.search(output):
        print(f"  {case.get('name'):24} {totals.group(0)}")
        passed, bad, skipped = (int(totals.group(i)) for i in (2, 3, 4))
        return passed, max(bad, int(failed)), skipped
    if failed:
        return 0, 1, 0
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        return 0, 0, 1
    return 1, 0, 0


def main(paths: list[str]) -> int:
    totals = [0, 0, 0]
    for path in paths:
        for case in ElementTree.parse(path).iter("testcase"):
            totals = [total + more for total, more in zip(totals, count(case), strict=True)]
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
