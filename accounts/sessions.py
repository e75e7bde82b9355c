"""Where sessions lie: the database decides, the cache answers.

Django's `cached_db` has a gap that matters for tokens: a request that read a session
from the database just before it was ended could put it back into the cache just
after. Here an ended session leaves a mark in the cache that nothing overwrites.
Where the cache does not answer, sessions are read from the database.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.models import Session
from django.core.cache import BaseCache
from django.utils import timezone
from redis.exceptions import RedisError

from common.errors import Unavailable

logger = structlog.get_logger(__name__)

# Longer than a request can take between its read and its write to the cache.
_MARK_LIFETIME_S = 120


class SessionStore(cached_db.SessionStore):
    """`cached_db` whose ended sessions stay ended, and that can be locked."""

    cache_key_prefix = "session:"
    # Of the base classes; their stubs leave these out.
    _cache: BaseCache
    _get_session_from_db: Callable[[], Session | None]

    def load(self) -> dict[str, Any]:
        """The session's data; {} for none. No query when it is in the cache."""
        data = self._find_cached()
        if data is not None:
            return data
        row = self._get_session_from_db()
        if row is None:
            return {}
        data = self.decode(row.session_data)
        lifetime_s = self.get_expiry_age(expiry=row.expire_date)
        with suppress(RedisError):  # _find_cached logged it
            self._cache.add(self.cache_key, data, lifetime_s)
        return data

    def exists(self, session_key: str) -> bool:
        """Whether the key is taken; asked of the database alone, which decides."""
        return bool(self.model.objects.filter(session_key=session_key).exists())

    def lock(self) -> bool:
        """Read past the cache and hold the row until the transaction ends.

        False when there is no such session. SQLite's IMMEDIATE transactions hold
        the whole database instead of the row.
        """
        rows = self.model.objects.select_for_update()
        row = rows.filter(
            session_key=self.session_key, expire_date__gt=timezone.now()
        ).first()
        if row is None:
            return False
        self._session_cache = self.decode(row.session_data)
        return True

    def delete(self, session_key: str | None = None) -> None:
        """End the session; {} in the cache says so to whoever comes late.

        Raises Unavailable where the cache cannot be told, since it would let the
        session's access token in again.
        """
        key = session_key or self.session_key
        if key is None:
            return
        self.model.objects.filter(session_key=key).delete()
        try:
            self._cache.set(self.cache_key_prefix + key, {}, _MARK_LIFETIME_S)
        except RedisError as error:
            raise Unavailable("The session could not be ended. Try again.") from error

    def _find_cached(self) -> dict[str, Any] | None:
        try:
            data: dict[str, Any] | None = self._cache.get(self.cache_key)
        except RedisError as error:
            logger.warning("session cache does not answer", error=str(error))
            return None
        return data
