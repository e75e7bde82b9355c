"""Versions, by what they are called."""

import re

from django.db.models import QuerySet

from classifiers.models import Version
from common.errors import InvalidValue, Unknown

_PREFIX = re.compile(r"[0-9a-f]{4,64}")


def get_version(sha256: str) -> Version:
    """The version of this file, with `dataset`; Unknown where there is none."""
    version = _list_versions().filter(sha256=sha256).first()
    if version is None:
        raise Unknown("There is no classifier with this SHA-256.")
    return version


def find_version(ref: str) -> Version:
    """The version, with `dataset`, that a person means by `ref`. One query.

    `ref` is `slug/tier` (who plays there now), `slug@alias`, or 4 or more digits that
    one SHA-256 begins with. Raises Unknown `unknown_version`, and InvalidValue
    `ambiguous` where several begin so.
    """
    slug, slash, tier = ref.partition("/")
    name, at, alias = ref.partition("@")
    if slash:
        found = _list_versions().filter(
            opponents__dataset__slug=slug,
            opponents__tier=tier,
            opponents__is_active=True,
        )
    elif at:
        found = _list_versions().filter(
            aliases__dataset__slug=name, aliases__name=alias
        )
    elif _PREFIX.fullmatch(ref.lower()):
        found = _list_versions().filter(sha256__startswith=ref.lower())
    else:
        found = Version.objects.none()
    return _require_one(found, ref=ref)


def _require_one(found: QuerySet[Version], *, ref: str) -> Version:
    versions = list(found.order_by("pk")[:5])
    if not versions:
        raise Unknown(
            f"No version is called {ref}: give the first digits of its SHA-256 (4 or "
            "more), DATASET/TIER or DATASET@ALIAS.",
            code="unknown_version",
        )
    if len(versions) > 1:
        names = ", ".join(each.sha256[:12] for each in versions)
        raise InvalidValue(
            f"{ref} may mean several versions: {names}. Give more digits.",
            code="ambiguous",
        )
    return versions[0]


def _list_versions() -> QuerySet[Version]:
    return Version.objects.select_related("dataset", "parent")
