"""Tables: what they are, how their rows are searched and changed, and CSV. Postgres is behind ``ports``."""
