"""Addresses that browsers come to on the way to a provider and back."""

from django.urls import path

from accounts.social import connections, views

# Under `/accounts/`: what operators enter at the providers.
callbacks = [
    path(
        "<slug:provider_id>/login/callback/",
        views.callback_view,
        name="social_callback",
    ),
]
# Under `/_allauth/browser/v1/`: in place of django-allauth's own.
browser_calls = [
    path("auth/provider/redirect", views.start_view),
    path("account/providers", connections.connections_view),
]
