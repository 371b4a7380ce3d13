"""Addresses of the citizen pages."""

from django.urls import path

from motcua.portal.views import account, hall, pages, visits

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("procedures", pages.procedures, name="procedures"),
    path("procedures/<str:code>", pages.procedure, name="procedure"),
    path("procedures/<str:code>/data", pages.procedure_data, name="procedure_data"),
    path("life-events/<slug:key>", pages.life_event, name="life_event"),
    path("track", pages.track_form, name="track"),
    path("track/<str:code>/<str:secret>", pages.tracked, name="tracked"),
    path("centres", pages.centres, name="centres"),
    path("centres/<int:unit_id>", visits.centre, name="centre"),
    path("centres/<int:unit_id>/appointment", visits.appointment, name="appointment"),
    path("visit/<str:token>", visits.visit, name="visit"),
    path("ticket/<str:token>", visits.follow, name="follow"),
    path("ticket/<str:token>/now", visits.follow_now, name="follow_now"),
    path("hall/<str:token>/kiosk", hall.kiosk, name="kiosk"),
    path("hall/<str:token>/kiosk/<str:ticket_token>", hall.kiosk_ticket, name="kiosk_ticket"),
    path("hall/<str:token>/display", hall.display, name="display"),
    path("hall/<str:token>/display/board", hall.display_board, name="display_board"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("privacy", pages.privacy, name="privacy"),
    path("account/sign-in", account.sign_in, name="sign_in"),
]
