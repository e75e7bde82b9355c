"""Socket addresses of the app."""

from typing import Any, cast

from django.urls import path, re_path

from leaderboard.consumers import refuse, show_board

# Channels routes ASGI applications by Django's patterns, which are typed for views.
_show_board, _refuse = cast("Any", show_board), cast("Any", refuse)

websocket_urlpatterns = [
    path("ws/board/<slug:dataset>/<slug:difficulty>/<slug:period>", _show_board),
    re_path(r"", _refuse),
]
