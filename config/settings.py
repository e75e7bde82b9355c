"""The one settings file. Everything that differs by place comes from the environment.

`.env.example` lists the variables. Without any, this is the embedded game of
`make play`: SQLite, in-process cache and channel layer, files under `VAR_DIR`.
"""

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from accounts.social.configuration import read_configuration
from config import env
from config.redaction import redact_event

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_dotenv(BASE_DIR / ".env")

VAR_DIR = Path(env.text("VAR_DIR", "var"))
VAR_DIR = (VAR_DIR if VAR_DIR.is_absolute() else BASE_DIR / VAR_DIR).resolve()

# "embedded" (one machine, one process) or "production".
ENVIRONMENT = env.text("ENVIRONMENT", "embedded")
if ENVIRONMENT not in {"embedded", "production"}:
    raise ImproperlyConfigured(
        f"ENVIRONMENT={ENVIRONMENT}: write embedded or production."
    )
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG", default=False)


def _secret_key() -> str:
    """From the environment; the embedded game makes one and keeps it in `VAR_DIR`."""
    key = env.text("SECRET_KEY")
    if key:
        return key
    if IS_PRODUCTION:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to 50 or more random characters, for "
            "example from: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    try:
        return _keep_secret_key(VAR_DIR / "secret_key")
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise ImproperlyConfigured(
            f"VAR_DIR={VAR_DIR} cannot be used ({reason}). "
            "Set it to a folder that can be written to."
        ) from error


def _keep_secret_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Whole or not at all, and the first of several processes decides.
        draft = path.with_name(f"secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
# Older keys, newest first: what they signed or encrypted still counts.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
if not ALLOWED_HOSTS:
    if IS_PRODUCTION:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is not set. Set it to the names the game is served under, "
            "separated by commas, for example: ALLOWED_HOSTS=eyevsai.example"
        )
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "common",
    "accounts",
    "images",
    "classifiers",
    "fairness",
    "leaderboard",
    "game",
    "config",
    "config.staff.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.apple",
    "allauth.socialaccount.providers.discord",
    "allauth.socialaccount.providers.facebook",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.twitter_oauth2",
    "allauth.usersessions",
    "channels",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.limits.LimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.browser_bodies.BrowserBodyMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data -----------------------------------------------------------------------
DATABASES = {
    "default": env.database(
        env.text("DATABASE_URL"), sqlite_path=VAR_DIR / "db.sqlite3"
    )
}
# Where tuning keeps its studies, when not in VAR_DIR or in that PostgreSQL.
OPTUNA_URL = env.text("OPTUNA_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

REDIS_URL = env.text("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "eyevsai",
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    )
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "eyevsai"},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
# The page reads it and sends its value back in a header.
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# The admin's notices need no cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if IS_PRODUCTION:
    # No other host of the domain can set these (RFC 6265bis, section 4.1.3.2).
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

# Files ----------------------------------------------------------------------
FRONTEND_DIST = Path(env.text("FRONTEND_DIST") or BASE_DIR / "frontend" / "dist")
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or VAR_DIR / "static")
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
# The embedded game serves the files where they lie; production collects them first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not IS_PRODUCTION
WHITENOISE_MAX_AGE = 31_536_000 if IS_PRODUCTION else 60
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
S3_BUCKET = env.text("S3_BUCKET")
S3_ENDPOINT_URL = env.text("S3_ENDPOINT_URL")
S3_REGION = env.text("S3_REGION")


def _s3_options() -> dict[str, Any]:
    from botocore.config import Config  # noqa: PLC0415 - only where S3 is used

    return {
        "bucket_name": S3_BUCKET,
        "endpoint_url": S3_ENDPOINT_URL or None,
        "region_name": S3_REGION or None,
        "client_config": Config(
            signature_version="s3v4",
            # "path" where the bucket is no host name of its own (MinIO).
            s3={"addressing_style": env.text("S3_ADDRESSING_STYLE") or "auto"},
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 3},
        ),
        "querystring_expire": 3600,
        "file_overwrite": False,
        "object_parameters": {"CacheControl": "public, max-age=31536000"},
    }


STORAGES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3_options()}
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Players --------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.permissions.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation." + name,
    }
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# django-allauth does the protocols; accounts.adapters says what is ours in them.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
# As our own codes (accounts.codes).
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {
    "numeric": True,
    "length": 6,
    "dashed": False,
}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 4
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Who finds a browser open cannot move the account to an e-mail of their own.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
PASSWORD_RESET_TIMEOUT = 60 * 60
# Ours are atomic and shared by all processes (common.limits).
ACCOUNT_RATE_LIMITS = False
SOCIALACCOUNT_ADAPTER = "accounts.social.adapter.SocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
# Providers whose keys are in the environment (docs/social.md).
SOCIAL_CONFIGURATION = read_configuration(os.environ, is_production=IS_PRODUCTION)
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = SOCIAL_CONFIGURATION.protocols
OAUTH_ENDPOINTS: dict[str, str] = SOCIAL_CONFIGURATION.endpoints
OAUTH_REDIRECT_URIS: list[str] = SOCIAL_CONFIGURATION.redirect_uris
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey alone signs in, so it has to check who holds it (PIN, finger, face).
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "EyeVsAI"
# A code may be of the half minute before or after: typing takes time, clocks differ.
# accounts.services.second_factors sees to it that none works twice.
MFA_TOTP_TOLERANCE = 1
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": "/profile/security",
    "account_reset_password": "/reset-password",
    "account_reset_password_from_key": "/reset-password/{key}",
    "account_signup": "/sign-up",
    "socialaccount_login_error": "/sign-in/failed",
}
HEADLESS_TOKEN_STRATEGY = "accounts.tokens.PlayerTokens"  # noqa: S105 - a class
HEADLESS_JWT_ALGORITHM = "HS256"
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 60 * 15
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 60 * 60 * 24 * 30

# Mail -----------------------------------------------------------------------
# "smtp"; "folder": VAR_DIR/mail, with a line in the terminal; "terminal".
MAIL = env.text("MAIL") or ("smtp" if IS_PRODUCTION else "folder")
if MAIL not in {"smtp", "folder", "terminal"}:
    raise ImproperlyConfigured(f"MAIL={MAIL}: write smtp, folder or terminal.")
EMAIL_BACKEND = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "folder": "accounts.mailbox.FolderBackend",
    "terminal": "accounts.mailbox.TerminalBackend",
}[MAIL]
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
# STARTTLS on 587, or TLS from the first byte as servers on 465 want it.
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=True) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "EyeVsAI <game@localhost>")

# API ------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.parsing.ObjectParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["common.limits.RateLimit"],
    "EXCEPTION_HANDLER": "common.api.handle_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "EyeVsAI",
    "DESCRIPTION": "Race an image classifier, and check that the race was fair.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {"Tier": "classifiers.models.Tier.choices"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.schema.add_errors",
        "config.schema.name_errors",
    ],
}
# Calls that somebody may make, per name (docs/limits.md); "" counts nothing.
RATE_LIMITS_ENABLED = env.flag("RATE_LIMITS", default=True)
_PER_HOUR = {
    "player": env.number("RATE_LIMIT_PLAYER", 3000),
    "guest": env.number("RATE_LIMIT_GUEST", 600),
    # Of an address, those without a player or guest.
    "anonymous": env.number("RATE_LIMIT_ANONYMOUS", 600),
    "game-start": env.number("RATE_LIMIT_MATCHES", 60),
}
_PER_MINUTE = {
    "auth-guest": 120,
    # Attempts to prove who one is: of an address, and for an account.
    "auth-password": env.number("RATE_LIMIT_SIGN_IN", 10),
    "auth-email": 10,
    "game-write": 600,
}
RATE_LIMITS = {
    **{name: f"{count}/hour" if count else "" for name, count in _PER_HOUR.items()},
    **{name: f"{count}/minute" if count else "" for name, count in _PER_MINUTE.items()},
    # Mails that strangers may have sent to one address.
    "auth-mail": "6/hour",
    "auth-export": "10/hour",
    # Codes of an authenticator app that are tried for one player.
    "auth-code": "30/hour",
}
# How many proxies in front append to X-Forwarded-For (0: none is trusted).
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

# Security headers -----------------------------------------------------------
# Where the browser fetches pictures from, when it is not the site itself (S3).
PICTURE_ORIGINS = env.words("PICTURE_ORIGINS")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *PICTURE_ORIGINS],
        "connect-src": [SELF, *PICTURE_ORIGINS],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # No provider: a form that leads to one is answered by a page that goes there,
        # since browsers hold a redirect against this too (accounts.social.views).
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if IS_PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000)
    # Both bind names that are not ours: for who owns the whole domain to say.
    HSTS_WHOLE_DOMAIN = env.flag("HSTS_WHOLE_DOMAIN", default=False)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HSTS_WHOLE_DOMAIN
    if not HSTS_WHOLE_DOMAIN:
        SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Tasks ----------------------------------------------------------------------
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", REDIS_URL) or "filesystem://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Seconds between two runs of the job that closes expired rounds and matches.
CLOSING_INTERVAL_S = env.number("CLOSING_INTERVAL_S", 5)
# Seconds between two runs of the job that removes unplayed guests and old sessions.
PRUNING_INTERVAL_S = env.number("PRUNING_INTERVAL_S", 3600)
# Days after which a guest who never played is removed.
GUEST_LIFETIME_DAYS = env.number("GUEST_LIFETIME_DAYS", 7)
# A match nobody touches for so long is closed as abandoned.
MATCH_IDLE_LIMIT_S = env.number("MATCH_IDLE_LIMIT_S", 1800)

# Logs -----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact_event,
                structlog.processors.JSONRenderer()
                if IS_PRODUCTION
                else structlog.dev.ConsoleRenderer(
                    colors=sys.stderr.isatty(),
                    exception_formatter=structlog.dev.plain_traceback,
                ),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "structured"}
    },
    # uvicorn would write these itself, past what takes secrets out.
    "loggers": {
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.error": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": False},
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "WARNING")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
