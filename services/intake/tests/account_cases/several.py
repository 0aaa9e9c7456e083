"""One account, several claims."""

from services.intake.domain.account.claims import number_of
from services.intake.tests.account_cases.case import Case, admitted, case, discharged
from services.intake.tests.hospital import (
    KIM,
    LEO,
    charge,
    credit,
)

CASES: list[Case] = []


PRO = {"professional": True}
A1_KIM, A1_LEO = number_of("A1", f"clinician {KIM.npi} 0"), number_of("A1", f"clinician {LEO.npi} 0")
case(
    CASES,
    "an inpatient account makes one claim for the facility and one for each clinician",
    lambda h, t: h.hear(
        [
            *admitted(
                t,
                charge("T1"),
                charge("T2", 5000, rendering=KIM, **PRO),
                charge("T3", 7000, rendering=LEO, **PRO),
            ),
            discharged(t),
        ]
    ),
    "received A1 100.00",
    f"received {A1_KIM} 50.00",
    f"received {A1_LEO} 70.00",
)
case(
    CASES,
    "a late charge of a clinician is a claim of its own and leaves the others alone",
    lambda h, t: h.hear(
        [*admitted(t), discharged(t), t("charged", charge("T2", 5000, rendering=KIM, **PRO))]
    ),
    "received A1 100.00",
    f"received {A1_KIM} 50.00",
)
case(
    CASES,
    "a clinician whose charges are all credited has no claim any more",
    lambda h, t: h.hear(
        [
            *admitted(t, charge("T1"), charge("T2", 5000, rendering=KIM, **PRO)),
            discharged(t),
            t("charged", credit("T9", 5000, reverses="T2")),
        ]
    ),
    "received A1 100.00",
    f"received {A1_KIM} 50.00",
    f"cancelled {A1_KIM}",
)
case(
    CASES,
    "the groups of a professional account are claims of their own",
    lambda h, t: h.hear([t.visit(charge("T1"), charge("T2", 5000, group=2))]),
    "received A1 100.00",
    f"received {number_of('A1', 'group 2')} 50.00",
)
case(
    CASES,
    "what fits on no professional claim goes on the next",
    lambda h, t: h.hear([t.visit(*(charge(f"T{n}", 100) for n in range(51)))]),
    "received A1 50.00",
    f"received {number_of('A1', '/2')} 1.00",
)
