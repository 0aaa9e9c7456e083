"""``python -m shared.x12.pages``: write the pages below docs/, and take away those of what is gone."""

from pathlib import Path

from shared.x12.pages import files


def main() -> None:
    """Write all pages."""
    docs, made = Path(__file__).parents[3] / "docs", files()
    for folder in ("findings", "x12"):
        (docs / folder).mkdir(parents=True, exist_ok=True)
        for path in (docs / folder).glob("*.md"):
            if f"{folder}/{path.name}" not in made:
                path.unlink()
    for name, text in made.items():
        (docs / name).write_text(text)


if __name__ == "__main__":
    main()
