"""Addresses of the app, under /api/v1/game/."""

from django.urls import path

from game import api

urlpatterns = [
    path("datasets", api.DataSets.as_view()),
    path("matches", api.Matches.as_view()),
    path("statistics", api.PlayerNumbers.as_view()),
    path("session", api.Sessions.as_view()),
    path("session/open", api.OpenSession.as_view()),
    path("session/<uuid:code>", api.Session.as_view()),
    path("session/<uuid:code>/round", api.SessionRound.as_view()),
    path("session/<uuid:code>/complete", api.SessionComplete.as_view()),
    path("session/<uuid:code>/abandon", api.SessionAbandon.as_view()),
    path("session/<uuid:code>/receipt", api.SessionReceipt.as_view()),
    path("round/<uuid:code>", api.RoundView.as_view()),
    path("round/<uuid:code>/submit", api.RoundSubmit.as_view()),
]
