"""The tokenizer of the static model: single characters and the commonest runs of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"
_PAD = "[PAD]"
_HANZI_ROWS = range(0xB0, 0xF8)
_HANZI_CELLS = range(0xA1, 0xFF)


def hanzi() -> Iterator[str]:
    """The 6,763 characters of GB 2312, the common ones first."""
    for row in _HANZI_ROWS:
        for cell in _HANZI_CELLS:
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def characters(texts: Iterable[str]) -> list[str]:
    """GB 2312, Latin letters and every Chinese character of `texts`."""
    seen = dict.fromkeys(hanzi())
    seen |= dict.fromkeys("0abcdefghijklmnopqrstuvwxyz")
    seen |= dict.fromkeys(c for text in texts for c in text if "一" <= c <= "鿿")
    return list(seen)


def tokenizer_of(alphabet: Sequence[str], texts: Iterable[str] = (), merges: int = 0) -> Tokenizer:
    """Single characters of `alphabet` and the `merges` byte-pair tokens that are most common in `texts`.

    Every character stays a token of its own, so a name never seen before is still found by its characters.
    """
    tokenizer = _dressed(Tokenizer(models.BPE(unk_token=UNKNOWN)))
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + 2 + merges,
        special_tokens=[UNKNOWN, _PAD],
        initial_alphabet=list(alphabet),
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _dressed(tokenizer: Tokenizer) -> Tokenizer:
    """Every number is one token, punctuation none: years, codes and amounts belong to exact search."""
    numbers = normalizers.Replace(Regex(r"[0-9][0-9,.]*"), " 0 ")
    others = normalizers.Replace(Regex(r"[^\p{Han}a-z0]+"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), numbers, others])
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
