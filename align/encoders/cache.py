"""A bounded store of vectors on disk, keyed by encoder signature and text."""


class VectorCache:
    """Placeholder of the type until the store is there."""
