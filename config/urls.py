"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.social import urls as social
from config import views

api_v1 = [
    path("auth/", include("accounts.urls")),
    path("classifiers/", include("classifiers.urls")),
    path("game/", include("game.urls")),
    path("game/", include("leaderboard.urls")),
]
urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("api/v1/", include(api_v1)),
    # The browser's own calls for passwords, second factors, providers and sessions.
    re_path(r"^_allauth/browser/v1/(?:account|auth)/phone", views.unknown_api),
    path("_allauth/browser/v1/", include(social.browser_calls)),
    path("_allauth/", include("accounts.browser_urls")),
    path("_allauth/", include("allauth.headless.urls")),
    re_path(r"^_allauth/", views.unknown_api),
    # Where providers send the browser back to.
    path("accounts/", include(social.callbacks)),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path(
        "api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"
    ),
    re_path(r"^api/.*$", views.unknown_api),
    path("media/<path:name>", views.media_file, name="media"),
    path("admin/", admin.site.urls),
    re_path(r"^(?!static/|ws/|media/).*$", views.page),
]
