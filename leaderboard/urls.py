"""Addresses of the app."""

from django.urls import path

from leaderboard.api import BoardView

urlpatterns = [
    path(
        "leaderboard/<slug:dataset>/<str:difficulty>",
        BoardView.as_view(),
        name="board",
    ),
]
