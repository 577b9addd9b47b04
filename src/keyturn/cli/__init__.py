"""The ``keyturn`` command: thin commands over the API and the rooms.

Exit codes: 0 all is well; 1 what was asked about is not (problems found, a run failed); 2 wrong usage;
3 Keyturn, or what it needs, cannot be reached or started; 4 not permitted.
"""
