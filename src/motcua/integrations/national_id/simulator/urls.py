"""Addresses of the simulated identity: allauth's OpenID Connect server and the page to choose a person."""

from django.urls import include, path

from motcua.integrations.national_id.simulator import views

urlpatterns = [
    path("", views.start),
    path("person", views.choose_person, name="account_login"),
    path("", include("allauth.idp.urls")),
]
