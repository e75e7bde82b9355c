"""Addresses of the app, under `/api/v1/auth/`."""

from django.urls import path

from accounts.api import oauth, profile, registration, sessions

urlpatterns = [
    path("guest", sessions.GuestView.as_view()),
    path("register", registration.RegisterView.as_view()),
    path("register/verify", registration.VerifyView.as_view()),
    path("register/resend", registration.ResendView.as_view()),
    path("login", sessions.LoginView.as_view()),
    path("refresh", sessions.RefreshView.as_view()),
    path("logout", sessions.LogoutView.as_view()),
    path("options", sessions.OptionsView.as_view()),
    path("oauth/callback", oauth.CallbackView.as_view()),
    path("oauth/<slug:provider>/authorize", oauth.AuthorizeView.as_view()),
    path("me", profile.MeView.as_view()),
    path("me/export", profile.ExportView.as_view()),
    path("me/delete", profile.DeleteView.as_view()),
]
