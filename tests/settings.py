"""Settings of the tests: the real ones, in a folder of their own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "EYEVSAI_TEST_VAR" not in os.environ:
    # One for the whole run: the workers of a parallel run inherit it.
    _folder = tempfile.mkdtemp(prefix="eyevsai-test-")
    os.environ["EYEVSAI_TEST_VAR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["VAR_DIR"] = os.environ["EYEVSAI_TEST_VAR"]
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
# Each worker of a parallel run has a core; torch's threads would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from config.settings import *  # noqa: F403 - the tests' settings are these

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RATE_LIMITS_ENABLED = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
LOGGING = {"version": 1, "disable_existing_loggers": False}
_database = DATABASES["default"]  # noqa: F405 - see above
if _database["ENGINE"].endswith("sqlite3"):
    # A file: the threads and processes of one test meet in one database.
    _database["TEST"] = {"NAME": str(Path(os.environ["VAR_DIR"]) / "test.sqlite3")}
else:
    # What a test commits need not outlive a power cut.
    _database["OPTIONS"]["options"] = "-c synchronous_commit=off"
