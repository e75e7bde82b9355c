"""The admin's place in Django."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "config.admin.StaffSite"
