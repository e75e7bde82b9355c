"""What the account calls read and answer: one module a subject."""
