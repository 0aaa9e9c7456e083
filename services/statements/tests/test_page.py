"""The page that a patient gets: what it says, what it never says, how hard it is to read."""

import html
import re

import pytest
from msgspec.structs import replace

from services.statements.domain.wording import NOT_OWED, PATIENT_REASONS, SERVICE
from services.statements.page import FOLDER, HEADERS, STYLE, render
from services.statements.tests.balances import a_balance, a_share, owing, taken_back
from services.statements.tests.test_account import Life
from shared.claim import Adjustment, Name
from shared.events import PatientBalanceAssigned


def page_of(*balances: PatientBalanceAssigned) -> str:
    life = Life(*balances)
    life.issue()
    return render(life.statements[-1])


def text_of(page: str) -> str:
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_box_on_top_says_amount_day_and_what_to_do() -> None:
    text = text_of(page_of(owing(1, 123456)))
    assert "You owe $1,234.56" in text
    assert "Please pay by April 2, 2026 ." in text
    assert "Pay online" in text
    assert "Is this final? Yes." in text


def test_nothing_to_pay_is_said_plainly_and_asks_for_nothing() -> None:
    text = text_of(page_of(owing(1, 0)))
    assert "You have nothing to pay" in text
    assert "Pay online" not in text
    assert "Please pay" not in text


def test_each_line_has_date_words_price_discount_plan_and_your_part() -> None:
    page = page_of(a_balance(1, a_share(123400, 50000, "1:2500 2:400")))
    for words in ("Feb 10, 2026", "Hospital clinic visit", "$1,234.00", "-$705.00", "-$500.00", "$29.00"):
        assert words in page
    text = text_of(page)
    assert "Deductible, $25.00" in text
    assert "Coinsurance, $4.00" in text
    assert "claim number ICN1" in text
    assert "G0463" not in page


def test_a_code_never_stands_without_words() -> None:
    for code, words in (
        ("G0463", "Care by a doctor, nurse or therapist"),
        ("A0428", "Ambulance"),
        ("12345", SERVICE),
    ):
        page = page_of(a_balance(1, a_share(1000, 0, "1:1000", description="", code=code)))
        assert words in page
        assert code not in page


def test_how_to_dispute_and_financial_assistance_are_on_every_statement() -> None:
    for cents in (0, 2500):
        text = text_of(page_of(owing(1, cents)))
        assert "Does something look wrong?" in text
        assert "(555) 555-0100" in text
        assert "financial assistance policy" in text
        assert "(555) 555-0199" in text
        assert "https://example.org/help" in text


def test_what_the_plan_did_not_pay_and_the_patient_does_not_owe_is_told_so() -> None:
    page = page_of(a_balance(1, a_share(10000, 5000, "1:2500", other=1500)))
    assert NOT_OWED in page


def test_a_decision_for_the_whole_visit_is_shown_as_such() -> None:
    line = a_share(10000, 0, "", contractual=0)
    whole = a_share(0, 6000, "3:1500", line=0, on=None, contractual=2500, description="")
    page = page_of(a_balance(1, line, whole))
    assert page.count("see below") == 3
    assert "Decided for the whole visit" in page


def test_names_are_escaped() -> None:
    page = page_of(owing(1, 100, patient=Name(last="<script>", first="ADA")))
    assert "<script>" not in page.lower()
    assert "&lt;script&gt;" in page.lower()


def test_a_corrected_statement_says_what_changed() -> None:
    life = Life(owing(1, 7500))
    life.issue()
    life.tell(taken_back(owing(1, 7500)))
    life.tell(owing(1, 2500))
    life.issue()
    text = text_of(render(life.statements[-1]))
    assert "This is a corrected statement." in text
    assert "was $75.00. It is now $25.00." in text


def test_care_that_a_plan_has_not_decided_is_said_to_be_missing() -> None:
    life = Life(owing(1, 7500), owing(2, 400))
    life.tell(taken_back(owing(1, 7500)))
    life.issue()
    text = text_of(render(life.statements[-1]))
    assert "You owe $4.00" in text
    assert "Other care is not on this statement." in text


def test_a_credit_is_told() -> None:
    life = Life(owing(1, 7500))
    life.pay(8000)
    life.issue()
    assert "We owe you $5.00." in text_of(render(life.statements[-1]))


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = page_of(owing(1, 2500))
    assert not re.search(r"<(script|img|link|iframe|form|object)\b", page)
    assert "url(" not in STYLE
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(("ink", "paper"), [
    ("ink", "#ffffff"), ("soft", "#ffffff"), ("soft", "pale"), ("deep", "#ffffff"), ("deep", "pale"),
    ("green", "pale"), ("ink", "#fff7e6"), ("#ffffff", "deep"),
])  # fmt: skip
def test_every_colour_of_text_meets_wcag_aa(ink: str, paper: str) -> None:
    named = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", STYLE))
    light, dark = sorted((luminance(named.get(c, c)) for c in (ink, paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of ``#rrggbb``."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# ------------------------------------------------------------------ reading grade


def grades(text: str) -> tuple[float, float]:
    """Automated readability index and Coleman-Liau index: school grades from letters, words and sentences."""
    sentences = [s for s in re.split(r"[.!?:]+(?:\s|$)", text) if re.search(r"[a-z]", s)]
    words = re.findall(r"[A-Za-z']+", text)
    letters = sum(len(w.replace("'", "")) for w in words)
    ari = 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
    coleman = 0.0588 * 100 * letters / len(words) - 0.296 * 100 * len(sentences) / len(words) - 15.8
    return ari, coleman


def prose_of_the_page() -> str:
    """The template's own sentences: paragraphs and explanations, each ended as one."""
    page = (FOLDER / "statement.html").read_text("utf-8")
    page = re.sub(r"{%.*?%}|{{.*?}}", " ", page, flags=re.DOTALL)
    blocks = re.findall(r"<(?:p|h1|h2|dd)\b[^>]*>(.*?)</(?:p|h1|h2|dd)>", page, flags=re.DOTALL)
    plain = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", block)).split()) for block in blocks]
    return " ".join(p if p.endswith((".", "?")) else p + "." for p in plain if len(p.split()) > 2)


def test_the_page_reads_at_grade_six() -> None:
    ari, coleman = grades(prose_of_the_page())
    assert max(ari, coleman) <= 6, (round(ari, 1), round(coleman, 1))


def test_the_reasons_read_at_grade_six_together_and_none_above_nine() -> None:
    together = grades(" ".join(r.words for r in PATIENT_REASONS.values()))
    assert max(together) <= 6, together
    hard = {code: grades(r.words) for code, r in PATIENT_REASONS.items() if grades(r.words)[0] > 9}
    assert hard == {}


def test_a_reason_is_shown_for_every_cent_of_your_part() -> None:
    life = Life(a_balance(1, a_share(10000, 1000, "1:2500 2:400 3:2000")))
    life.issue()
    for visit in life.statements[0].visits:
        assert sum(w.cents for i in visit.items for w in i.why) == visit.you


def test_only_reasons_of_the_patients_are_in_the_table() -> None:
    assert "29" not in PATIENT_REASONS
    assert all(r.words.endswith(".") and r.label for r in PATIENT_REASONS.values())
    share = a_share(100, 0, "1:100")
    assert replace(share, reasons=(Adjustment(group="PR", reason="1", cents=100),)) == share
