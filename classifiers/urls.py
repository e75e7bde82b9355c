"""Addresses of the app."""

from django.urls import path, re_path

from classifiers import api

urlpatterns = [
    path("versions", api.VersionsView.as_view()),
    re_path(r"^versions/(?P<sha256>[0-9a-f]{64})$", api.VersionView.as_view()),
    path("registry", api.RegistryView.as_view()),
    path("compare", api.CompareView.as_view()),
    path("datasets", api.DataSetsView.as_view()),
    re_path(
        r"^datasets/(?P<slug>[-a-zA-Z0-9_]{1,40})/history$", api.HistoryView.as_view()
    ),
]
