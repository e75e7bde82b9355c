"""Names that point at a version of a data set, and where they pointed before."""

from django.db import transaction

from classifiers.models import Alias, AliasMove, AliasName, Version
from classifiers.services.tiers import require_in_service
from common.errors import InvalidValue, WrongState
from images.models import DataSet
from images.services.pools import lock_dataset

_MAX_REASON = 200


@transaction.atomic
def move_alias(
    *, dataset: DataSet, name: str, version: Version, reason: str = ""
) -> Alias:
    """Let `name` point at `version`; where it points there already, nothing happens.

    The move is kept for good. Takes the data set's lock. Raises InvalidValue
    `unknown_alias`, and WrongState `different_datasets` or `retired`.
    """
    _require_name(name)
    if len(reason) > _MAX_REASON:
        raise InvalidValue(f"Give a reason of at most {_MAX_REASON} characters.")
    lock_dataset(dataset.pk)
    if version.dataset_id != dataset.pk:
        raise WrongState(
            f"{version.name} is of another data set than {dataset.slug}.",
            code="different_datasets",
        )
    alias = Alias.objects.filter(dataset=dataset, name=name).first()
    if alias is not None and alias.version_id == version.pk:
        return alias
    require_in_service(Version.objects.get(pk=version.pk))
    AliasMove.objects.create(
        dataset=dataset,
        name=name,
        previous_id=alias.version_id if alias else None,
        version=version,
        reason=reason,
    )
    return Alias.objects.update_or_create(
        dataset=dataset, name=name, defaults={"version": version}
    )[0]


@transaction.atomic
def rollback_alias(*, dataset: DataSet, name: str, reason: str = "rollback") -> Alias:
    """Let `name` point where it pointed before; the history grows by this move.

    Twice in a row is there and back. Takes the data set's lock. Raises WrongState
    `nothing_before`, and what `move_alias` raises.
    """
    _require_name(name)
    lock_dataset(dataset.pk)
    moves = AliasMove.objects.filter(dataset=dataset, name=name)
    last = moves.select_related("previous").order_by("-pk").first()
    if last is None or last.previous is None:
        raise WrongState(
            f"{dataset.slug}@{name} pointed nowhere before.", code="nothing_before"
        )
    return move_alias(dataset=dataset, name=name, version=last.previous, reason=reason)


def _require_name(name: str) -> None:
    if name not in AliasName.values:
        raise InvalidValue(
            f"{name} is no alias: {', '.join(AliasName.values)}.",
            code="unknown_alias",
        )
