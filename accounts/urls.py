"""Addresses of the app, under `/api/v1/auth/`."""

from django.urls import path

from accounts import api

urlpatterns = [
    path("guest", api.GuestView.as_view()),
    path("register", api.RegisterView.as_view()),
    path("login", api.LoginView.as_view()),
    path("refresh", api.RefreshView.as_view()),
    path("logout", api.LogoutView.as_view()),
    path("me", api.MeView.as_view()),
]
