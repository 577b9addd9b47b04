"""Flows as people keep them: checked, published together, versioned, compared, pulled and pushed."""
