"""Who somebody is at a provider, in plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One account at one provider.

    `email` is one that the provider says it has verified, or ""; `trusts_email` says
    whether we believe it. `name` is a wish for a player's name, or "".
    """

    provider: str
    uid: str
    email: str = ""
    trusts_email: bool = False
    name: str = ""
