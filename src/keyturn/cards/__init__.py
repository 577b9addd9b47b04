"""The function cards: a module per category, each card a declaration and, where it is pure, a function.

Control cards and event cards are declarations only; the engine and the triggers carry them out.
"""
