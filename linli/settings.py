"""Settings: everything that differs between places comes from the environment.

LINLI_HOME is the folder that holds the database, keys, attachments and imports.
"""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from linli import navigation
from linli.kernel.ciphers import Profile
from linli.kernel.keyfile import LiveKeyring
from linli.kernel.sealing import make_keyring_file, read_keyring_file
from linli.storage.databases import database_of
from linli.storage.first_start import CannotTellError, is_in_use


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


BASE_DIR = Path(__file__).resolve().parent.parent
LINLI_HOME = Path(os.environ.get("LINLI_HOME", BASE_DIR / "var")).resolve()
LINLI_HOME.mkdir(parents=True, exist_ok=True)

# A marker file in the home folder: a demo home can never be taken for a real one.
LINLI_DEMO = (LINLI_HOME / "demo").exists()
LINLI_JURISDICTION = os.environ.get("LINLI_JURISDICTION", "nanyue.example")
LINLI_CENTRE_NAME = os.environ.get("LINLI_CENTRE_NAME", "")


_default_file = LINLI_HOME / "linli.sqlite3"
_database_url = os.environ.get("LINLI_DATABASE_URL", f"sqlite:///{_default_file}")
DATABASES = {"default": database_of(_database_url)}
if _database_url == f"sqlite:///{_default_file}":
    DATABASES["default"]["NAME"] = str(_default_file)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LINLI_KEY_FILE = Path(os.environ.get("LINLI_KEY_FILE", LINLI_HOME / "keys.json"))
# By which ciphers new master keys seal: "aes" (AES-256-GCM, SHA-256) or "sm" (SM4-GCM, SM3).
# What another one sealed opens as before, until `linli rotate-keys` brings it over.
LINLI_SEALING = os.environ.get("LINLI_SEALING", "aes").strip().lower()
if LINLI_SEALING not in set(Profile):
    raise ImproperlyConfigured(f"LINLI_SEALING is {' or '.join(Profile)}, not {LINLI_SEALING!r}.")
if not LINLI_KEY_FILE.exists():
    try:
        _in_use = is_in_use(DATABASES["default"])
    except CannotTellError as error:
        raise ImproperlyConfigured(
            f"The key file {LINLI_KEY_FILE} is missing, and the database of LINLI_DATABASE_URL "
            f"does not answer ({error}): new keys are made beside an empty database only. Bring "
            "the file back from your key backup, or start the database and try again."
        ) from error
    if _in_use:
        raise ImproperlyConfigured(
            f"The key file {LINLI_KEY_FILE} is missing but the database (LINLI_DATABASE_URL) is "
            "not empty: without its keys nobody can read what is sealed. Bring the file back from "
            "your key backup, or name its place with LINLI_KEY_FILE."
        )
make_keyring_file(LINLI_KEY_FILE, Profile(LINLI_SEALING))
SECRET_KEY = read_keyring_file(LINLI_KEY_FILE)[1]
# Follows the file: keys are rotated while servers run.
LINLI_KEYRING = LiveKeyring(LINLI_KEY_FILE)

DEBUG = _flag("LINLI_DEBUG")
ALLOWED_HOSTS = _words("LINLI_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = _words("LINLI_ORIGINS")
# Only an address named here is believed when it says on whose behalf it asks.
LINLI_PROXIES = _words("LINLI_PROXIES")
LINLI_HTTPS = _flag("LINLI_HTTPS")

INSTALLED_APPS = [
    "linli.audit",
    "linli.accounts",
    "linli.web",
    "linli.territory",
    "linli.registry",
    "linli.cases",
    "linli.open311",
    "linli.demo",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "linli.accounts.middleware.EdgeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "linli.accounts.middleware.GateMiddleware",
    "linli.web.middleware.TroubleMiddleware",
]

ROOT_URLCONF = "linli.urls"
WSGI_APPLICATION = "linli.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.web.context_processors.chrome",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "accounts.Person"
# allauth's own backend is left out: it tells an account that may not log in from a wrong
# password, and ours answers the same to both.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# scrypt needs memory to be guessed, and no further package (docs/decisions/0010).
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": _VALIDATION + "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
    {"NAME": "linli.accounts.policies.passwords.NotCommonHere"},
]

ACCOUNT_ADAPTER = "linli.accounts.views.adapters.Entrance"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if LINLI_HTTPS else "http"
# Wrong passwords are counted by axes; these are the codes of second factors, by person.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "5/10m/key",
    "reset_password": "20/h/ip,3/h/key",
    "reauthenticate": "10/m/user",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "linli.accounts.views.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TRUST_ENABLED = False
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "linli.accounts.forms.AddKeyForm",
    "edit_webauthn": "linli.accounts.forms.RenameKeyForm",
}
# Browsers allow passkeys without https on this machine only, as in the demo.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not LINLI_HTTPS

# Failures within the cool-off that lock: one account from one address, one account from
# anywhere, one address whatever the account. In the order of AXES_LOCKOUT_PARAMETERS.
LINLI_LOCKOUT = {"account_at_address": 5, "account": 20, "address": 60}
AXES_HANDLER = "linli.accounts.policies.lockout.AccountAndAddress"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_FAILURE_LIMIT = 1
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "linli.web.views.errors.locked_out"
AXES_CLIENT_IP_CALLABLE = "linli.accounts.policies.lockout.address_of"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "oldpassword", "password", "password1"]
# Who logged in when is nobody's business: failures are kept until they cool off, no more.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

# Who knows what a number means that an auditor types: each returns an id or None.
LINLI_AUDIT_SUBJECTS = [
    "linli.cases.queries.subjects.subject_of_number",
    "linli.accounts.queries.subject_of_account",
]
# And back: each returns names by id, of those among the given ids that are its own.
LINLI_AUDIT_NAMES = [
    "linli.cases.queries.subjects.numbers_of_subjects",
    "linli.accounts.queries.accounts_of_subjects",
]
# What the domains call their acts: each is a table of verbs and words.
LINLI_ACT_WORDS = [
    "linli.audit.queries.ACT_WORDS",
    "linli.accounts.queries.ACT_WORDS",
    "linli.territory.queries.acts.ACT_WORDS",
    "linli.registry.queries.acts.ACT_WORDS",
    "linli.registry.queries.form_acts.ACT_WORDS",
    "linli.registry.queries.guard_acts.ACT_WORDS",
    "linli.registry.queries.import_acts.ACT_WORDS",
    "linli.registry.queries.page_acts.ACT_WORDS",
    "linli.cases.queries.acts.ACT_WORDS",
    "linli.open311.queries.acts.ACT_WORDS",
    "linli.demo.queries.ACT_WORDS",
]

# What the domains call the keys of readable details, and how their values are said.
LINLI_DETAIL_WORDS = [
    "linli.audit.queries.details.DETAIL_WORDS",
    "linli.accounts.queries.DETAIL_WORDS",
    "linli.territory.queries.details.DETAIL_WORDS",
    "linli.registry.queries.details.DETAIL_WORDS",
    "linli.cases.queries.details.DETAIL_WORDS",
]

# Shared by all processes of the server: used codes and counts of attempts live here.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "linli_cache",
    }
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
# What somebody chose before they logged in; it counts for the log-in that follows.
LINLI_LANGUAGE_CHOSEN_COOKIE = "linli_language"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("LINLI_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATIC_ROOT = LINLI_HOME / "static"
_NODE = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    (f"vendor/{name}", _NODE / path)
    for name, path in (
        ("tabler", "@tabler/core/dist"),
        ("htmx", "htmx.org/dist"),
        ("maplibre", "maplibre-gl/dist"),
    )
    if (_NODE / path).is_dir()
]
LINLI_MEDIA = LINLI_HOME / "attachments"
LINLI_IMPORTS = LINLI_HOME / "imports"
# What may be attached, judged by content. Pictures are encoded anew, at most ``side`` pixels long.
LINLI_DOCUMENTS = ["pdf", "docx", "xlsx", "txt", "mp3", "m4a", "ogg", "wav", "amr"]
LINLI_ATTACHMENTS = {
    "megabytes": 15,
    "pixels": 16_000_000,
    "raw_pixels": 80_000_000,
    "side": 2560,
    "per_case": 20,
    "per_report": 5,
}
# A request larger than this is refused before anything of it is read.
LINLI_MOST_REQUEST_BYTES = 80 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "linli.storage.uploads.RefuseTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "linli.storage.uploads.NamelessFiles",
]
# What strangers may do from one address: at once, and an hour.
LINLI_ALLOWANCES = {"report": (20, 30), "file": (60, 120), "code": (12, 24), "number": (30, 30)}

# Residents on their own page: how often a code is sent and may be mistyped within an hour, for
# one number and from one address, how often for one code, and how long code and page hold.
# How many months after a case ended its reporter can still be reached.
LINLI_CONTACT_MONTHS = int(os.environ.get("LINLI_CONTACT_MONTHS", "12"))
LINLI_OWN_PAGE = {
    "codes_per_number": 5,
    "codes_per_address": 20,
    "failures_per_number": 10,
    "failures_per_address": 30,
    "tries": 5,
    "code_minutes": 10,
    "session_minutes": 15,
}
# Strangers' sessions; who logs in has the minutes of their strictest role (accounts/rules/roles).
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = LINLI_HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = LINLI_HTTPS
CSRF_COOKIE_SECURE = LINLI_HTTPS
SECURE_SSL_REDIRECT = LINLI_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if LINLI_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LINLI_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "linli.web.views.errors.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

EMAIL_HOST = os.environ.get("LINLI_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("LINLI_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("LINLI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LINLI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("LINLI_SMTP_TLS")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("LINLI_MAIL_FROM", "linli@localhost")

# Where reporters find their case again, as it stands in mails: https://…
LINLI_PUBLIC_URL = os.environ.get("LINLI_PUBLIC_URL", "").rstrip("/")
# Addresses of further channels in apprise's notation; none by default.
LINLI_CHANNELS = _words("LINLI_CHANNELS")
# By which residents get the code to their own page: an address of apprise with {telephone} in it.
LINLI_CODE_CHANNEL = os.environ.get("LINLI_CODE_CHANNEL", "")

# Errors are written to standard error with their traceback: without this Django would mail them,
# to nobody. The values of variables are not part of a traceback.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "level": "ERROR"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "loggers": {
        "django": {"handlers": ["stderr"]},
        # Whoever tries addresses by their number is answered with 400, and who sends too much
        # with 413: neither is worth a traceback.
        **{
            f"django.security.{name}": {"handlers": ["nowhere"], "propagate": False}
            for name in (
                "DisallowedHost",
                "RequestDataTooBig",
                "TooManyFieldsSent",
                "TooManyFilesSent",
            )
        },
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LINLI_NAV, LINLI_PORTAL_NAV, LINLI_USER_MENU = navigation.DESK, navigation.PORTAL, navigation.PERSON
LINLI_BELL_URL_NAME = "desk:notices"
LINLI_UNREAD = "linli.cases.queries.desk.unread_count"
# What the log-in page of the demo and its cases say about logging in.
LINLI_DEMO_GUIDE = "linli.demo.queries.guide"
