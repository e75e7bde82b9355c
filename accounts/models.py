"""Players, guests among them, and what is kept while they sign up."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac


class Role(models.TextChoices):
    """What a player may do: play; label and moderate too; everything."""

    PLAYER = "player"
    CURATOR = "curator"
    OPERATOR = "operator"


class UserManager(BaseUserManager["User"]):
    """Makes users; `accounts.services` is what the rest of the house calls."""

    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """A saved user; without a password nobody can sign in as them."""
        user = self.model(email=email.lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        """An operator who may use the admin."""
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(
            email,
            password,
            role=Role.OPERATOR,
            **{**fields, "is_staff": True, "is_superuser": True},
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        """The player with this e-mail, in whatever case it is written."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A player. A guest has no e-mail and no password until they sign up.

    A deleted player's row stays, without anything that was theirs: their results
    stand on the boards as a "Deleted player".
    """

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=40)
    # What the name looks like (accounts.names); NULL for guests and deleted players.
    name_key = models.CharField(
        max_length=160, unique=True, null=True, blank=True, editable=False
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.PLAYER)
    is_guest = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    # Part of what a session is checked against: one more ends them all.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="user_guest_has_no_email",
                condition=Q(is_guest=False) | Q(email__isnull=True),
            ),
            models.CheckConstraint(
                name="user_rights_follow_role",
                condition=Q(role="player", is_staff=False, is_superuser=False)
                | Q(role="curator", is_staff=True, is_superuser=False)
                | Q(role="operator", is_staff=True, is_superuser=True),
            ),
            models.CheckConstraint(
                name="user_deleted_is_nobody",
                condition=Q(deleted_at__isnull=True)
                | Q(
                    is_active=False,
                    is_guest=False,
                    email__isnull=True,
                    name_key__isnull=True,
                    role="player",
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What Django keeps in a session: the password, and how often all ended."""
        epoch = f" {self.session_epoch}" if self.session_epoch else ""
        digest = salted_hmac(
            "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash",
            self.password + epoch,
            secret=secret,
            algorithm="sha256",
        )
        return digest.hexdigest()


class PendingSignUp(models.Model):
    """A guest who gave an e-mail and a password, until the e-mail's code comes back.

    `is_decoy`: the e-mail has a player already. Outside it looks the same, and no
    code is right.
    """

    guest = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="pending_sign_up"
    )
    email = models.EmailField()
    name = models.CharField(max_length=40)
    # As User.password; "" for a decoy.
    password = models.CharField(max_length=128, blank=True)
    is_decoy = models.BooleanField(default=False)
    # HMAC-SHA-256 of the code, in hexadecimal.
    code_mac = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.guest_id}"


class OAuthFlow(models.Model):
    """A program's sign-in with a provider, until its code comes back; used once.

    With `player` it waits for that player's second factor instead.
    """

    # SHA-256 of the secret that the program keeps, in hexadecimal.
    secret_hash = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=200)
    redirect_uri = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=64)
    # What the provider must be shown (PKCE), and must show (OpenID Connect).
    verifier = models.CharField(max_length=128, blank=True)
    nonce = models.CharField(max_length=64, blank=True)
    player = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"


class BlockedWord(models.Model):
    """A word that no name may hold; operators edit the list in the admin."""

    word = models.CharField(max_length=40, unique=True)
    # How the word looks (accounts.names), as names are compared.
    key = models.CharField(max_length=160, editable=False)

    def __str__(self) -> str:
        return self.word


class RoleChange(models.Model):
    """Who gave whom which role; nothing is ever taken out of this list."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="role_changes"
    )
    before = models.CharField(max_length=10, choices=Role)
    after = models.CharField(max_length=10, choices=Role)
    # NULL: somebody at the command line of the server, or the player left.
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="role_changes_made"
    )
    changed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
