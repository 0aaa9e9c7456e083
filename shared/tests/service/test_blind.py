"""The blind index is plain HMAC-SHA256, however it is computed."""

import hmac

from shared.service import Blind


def test_every_use_of_a_blind_index_is_the_hmac_of_its_text_alone() -> None:
    blind = Blind(b"k" * 32)
    for text in ("number/B1", "", "number/B1", "M\u00fcller"):
        assert blind(text) == hmac.digest(b"k" * 32, text.encode(), "sha256")
