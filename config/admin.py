"""The admin: for staff whose session has proven a second factor.

It has no sign-in of its own. The page signs in and sets up second factors; this site
only asks whether that was done, and sends people there.
"""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.second_factor import has_second_factor

# What third-party apps register holds tokens, secrets and addresses.
_APPS: Final = frozenset(
    {"accounts", "admin", "classifiers", "game", "images", "leaderboard"}
)


class StaffSite(AdminSite):
    """Django's admin, without its password forms."""

    site_title = site_header = "EyeVsAI"
    index_title = "What there is"
    site_url = "/"

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Shows models of ours alone."""
        given = model_or_iterable
        models = given if isinstance(given, list | tuple) else [given]
        ours = [model for model in models if model._meta.app_label in _APPS]  # noqa: SLF001 - Django's way to ask
        super().register(ours, *args, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the caller is staff and proved a second factor in this session."""
        user = request.user
        if not isinstance(user, User) or not (user.is_active and user.is_staff):
            return False
        return has_second_factor(request, user=user)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """To where the caller gets what is missing. PermissionDenied for no staff."""
        return _send_on(request, is_allowed=self.has_permission(request))

    def password_change(  # type: ignore[override] # no template to answer with
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The page changes passwords."""
        return HttpResponseRedirect("/profile/security")

    password_change_done = password_change  # type: ignore[assignment] # the same


@never_cache
def _send_on(request: HttpRequest, *, is_allowed: bool) -> HttpResponse:
    after = _find_next(request)
    if is_allowed:
        return HttpResponseRedirect(after)
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"/sign-in?{urlencode({'next': after})}")
    if not request.user.is_staff:
        raise PermissionDenied
    asked = urlencode({"need": "second-factor", "next": after})
    return HttpResponseRedirect(f"/profile/security?{asked}")


def _find_next(request: HttpRequest) -> str:
    """Where in the admin the caller wanted to go; nowhere else."""
    index = reverse("admin:index")
    wanted = request.GET.get("next", index)
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith(index) else index
