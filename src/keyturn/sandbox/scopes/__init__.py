"""Which scopes the vendors' operations need, and whether a token has them."""
