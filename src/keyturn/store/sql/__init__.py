"""Every SQL statement of the product, named, a module per noun; the migrations have theirs with them."""
