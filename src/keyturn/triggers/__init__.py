"""From an event to runs: what came is committed together with what it starts."""
