"""Celery tasks of the app: one line each, the work is in the services."""

from celery import shared_task

from game.services import closing, guests


@shared_task  # type: ignore[untyped-decorator] # Celery has no types
def close_expired() -> None:
    """Close expired rounds and idle matches."""
    closing.close_expired()


@shared_task  # type: ignore[untyped-decorator] # Celery has no types
def prune() -> None:
    """Remove guests who never played, and what has run out."""
    guests.prune()
