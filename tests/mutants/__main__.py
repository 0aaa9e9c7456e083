"""``python -m tests.mutants``: every kind of defect, whether it was noticed, where, and what was alarmed about on clean files."""

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from tests.mutants.catalogue import GROUPS
from tests.mutants.foreign import clean_samples, false_errors, foreign_mutants
from tests.mutants.kinds import Kind
from tests.mutants.trial import Verdict, false_alarms, put_on_trial


def main() -> int:
    """Print the table; exit 1 when a mutant survived or a clean file was alarmed about."""
    bad = kinds = 0
    sys.stdout.write(f"{'kind':52} {'finding':9} {'made':>5} {'noticed':>8} {'placed':>7} {'alarms':>7}\n")
    for name, (files, members) in GROUPS.items():
        clean = list(islice(files(), 60))
        alarms = Counter(false_alarms(clean))
        verdicts = [put_on_trial(kind, clean) for kind in members]
        kinds += len(verdicts)
        bad += _show(name, verdicts) + len(alarms)
        sys.stdout.write(
            f"    clean files: {len(clean)}, false alarms: {sum(alarms.values())} {dict(alarms) if alarms else ''}\n"
        )
    bad += _foreign()
    sys.stdout.write(f"{kinds} kinds, {bad} not as they should be\n")
    return int(bad > 0)


def _foreign() -> int:
    """The same on files that nobody here wrote, where there are any: errors said of clean ones, and mutants that survive."""
    clean = list(clean_samples())
    bad = made = 0
    for file in clean:
        if false := false_errors(file):
            bad += 1
            sys.stdout.write(f"    false errors on {file.name}: {', '.join(false)}\n")
    for name, kind, data in foreign_mutants():
        verdict = put_on_trial(kind, [data])
        made += verdict.made
        if verdict.made and not verdict.good:
            bad += _show(f"foreign {name}", [verdict])
    sys.stdout.write(f"    clean samples by others: {len(clean)}, mutants of them: {made}\n")
    return bad


def _show(name: str, verdicts: Sequence[Verdict]) -> int:
    for one in verdicts:
        mark = "" if one.good else "  <-- "
        counts = f"{one.made:5} {one.noticed:8} {one.placed:7} {one.alarms:7}"
        sys.stdout.write(f"{name + ': ' + one.kind.name:52.52} {one.kind.code:9} {counts}{mark}\n")
    return sum(not one.good for one in verdicts)


__all__ = ["Kind", "main"]

if __name__ == "__main__":
    sys.exit(main())
