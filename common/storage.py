"""What the two kinds of storage, a folder and S3, have in common."""

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

# What a storage raises: the file system, or S3.
STORAGE_ERRORS: Final = (OSError, BotoCoreError, ClientError)
