"""Addresses of the citizen pages."""

from django.urls import path

from motcua.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("procedures", views.procedures, name="procedures"),
    path("procedures/<str:code>", views.procedure, name="procedure"),
    path("procedures/<str:code>/data", views.procedure_data, name="procedure_data"),
    path("life-events/<slug:key>", views.life_event, name="life_event"),
    path("track", views.track_form, name="track"),
    path("track/<str:code>/<str:secret>", views.tracked, name="tracked"),
    path("centres", views.centres, name="centres"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("privacy", views.privacy, name="privacy"),
]
