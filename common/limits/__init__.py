"""How often somebody may do something: `settings.RATE_LIMITS`, by name.

    class SubmitView(APIView):
        rate_limit = "game-write"

Every API call counts against its caller's hour; a view that names a limit counts its
writes against that too. Counted in Redis where `REDIS_URL` is set, else in the
process. When Redis does not answer, calls pass and a warning is logged: a limit that
cannot be counted must not close the site. docs/limits.md has the whole list.
"""

from common.limits.addresses import get_client_address, get_client_block
from common.limits.calls import count_account, count_call, count_mail
from common.limits.fields import add_fields
from common.limits.requests import count_hour, count_request, is_counted
from common.limits.throttles import RateLimit

__all__ = [
    "RateLimit",
    "add_fields",
    "count_account",
    "count_call",
    "count_hour",
    "count_mail",
    "count_request",
    "get_client_address",
    "get_client_block",
    "is_counted",
]
