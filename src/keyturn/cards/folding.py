"""Texts without the difference of capital letters, letter by letter, so that positions stay what they are."""

from __future__ import annotations


def folded_by_letters(text: str) -> str:
    """Each letter as Unicode's simple case folding has it (CaseFolding.txt, status C and S).

    Full folding, as ``str.casefold`` does it, would make ``ß`` two letters, and move what comes after it.
    """
    if text.isascii():
        return text.lower()
    return text.translate({ord(letter): _folded(letter) for letter in set(text)})


def _folded(letter: str) -> str:
    full = letter.casefold()
    if len(full) == 1:
        return full
    lower = letter.lower()
    return lower if len(lower) == 1 else letter
