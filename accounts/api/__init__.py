"""The account calls: one module a subject."""
