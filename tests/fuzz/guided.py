"""atheris looks for bytes that reach new branches of shared.x12: ``python -m tests.fuzz.guided [-runs=N] [-max_total_time=S]``.

The options are libFuzzer's. Runs as a process of its own: atheris does not give control back.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shared.x12"]):
    from tests.fuzz.reading import read_and_write
    from tests.fuzz.seeds import small_seeds

WORDS = (
    "~ST*837*0001*005010X222A1~", "~SE*2*0001~", "~GS*HC*", "~GE*1*1~", "~CLM*A*1***11:B:1~", "~HL*1**20*1~", "~CLP*", "~PLB*",
    "~CAS*CO*45*1~", "~SVC*HC:X*1*1~", "~STC*A1:20*", "~AK2*837*", "~IK3*", "*D8*20261014", "*RD8*", "*XX*", "::", "^",
)  # fmt: skip


def try_one(data: bytes) -> None:
    """Any exception ends the run: libFuzzer prints it with the input."""
    read_and_write(data)


def main() -> None:
    """Begin with one file of each kind, and the words of X12."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for at, data in enumerate(small_seeds()):
            (corpus / f"{at:03d}").write_bytes(data)
        words = Path(folder, "words")
        words.write_text("".join(f'"{word}"\n' for word in WORDS))
        options = [
            "-max_len=6000",
            "-verbosity=0",
            "-print_final_stats=1",
            f"-dict={words}",
            f"-artifact_prefix={folder}/",
        ]
        atheris.Setup([sys.argv[0], *options, *sys.argv[1:], str(corpus)], try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
