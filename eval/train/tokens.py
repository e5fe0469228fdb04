"""Tokenizers of the static model: single characters, with or without whole terms, or byte-pair subwords."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"
_PAD = "[PAD]"
_HANZI_ROWS = range(0xB0, 0xF8)
_HANZI_CELLS = range(0xA1, 0xFF)
_WORD_SCORE = -1.0


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


def term_tokenizer(tokens: Iterable[str]) -> Tokenizer:
    """Cuts into as few of `tokens` as possible; with single characters only it cuts into characters."""
    entries = [(UNKNOWN, -10.0), (_PAD, -10.0)] + [(token, _WORD_SCORE) for token in tokens]
    return _dressed(Tokenizer(models.Unigram(entries, unk_id=0, byte_fallback=False)))


def subword_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """Byte-pair subwords learned from `texts`."""
    tokenizer = _dressed(Tokenizer(models.BPE(unk_token=UNKNOWN)))
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=size, special_tokens=[UNKNOWN, _PAD], show_progress=False)
    )
    return tokenizer


def _dressed(tokenizer: Tokenizer) -> Tokenizer:
    """Every number is one token, punctuation none: years, codes and amounts belong to exact search."""
    numbers = normalizers.Replace(Regex(r"[0-9][0-9,.]*"), " 0 ")
    others = normalizers.Replace(Regex(r"[^\p{Han}a-z0]+"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), numbers, others])
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
