"""Endpoints: flows with an address of their own, called with a client token and answered with what they return.

``request`` and ``shape`` read a call, ``directory`` knows the flows, ``answers`` says what a run's end means to the
caller, ``desk`` makes client tokens, ``endpoints`` brings it together.
"""
