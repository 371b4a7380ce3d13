"""Addresses of the citizen pages."""

from django.urls import path

from motcua.portal.views import account, hall, my, pages, pay, visits

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("procedures", pages.procedures, name="procedures"),
    path("procedures/<str:code>", pages.procedure, name="procedure"),
    path("procedures/<str:code>/data", pages.procedure_data, name="procedure_data"),
    path("life-events/<slug:key>", pages.life_event, name="life_event"),
    path("track", pages.track_form, name="track"),
    path("track/<str:code>/<str:secret>", pages.tracked, name="tracked"),
    path("receipts/<str:token>", pages.receipt_check, name="receipt_check"),
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
    path("pay/callback/<slug:gateway>", pay.call_back, name="pay_callback"),
    path("pay/<uuid:public_id>", pay.pay, name="pay"),
    path("pay/<uuid:public_id>/back", pay.pay_back, name="pay_back"),
    path("account/sign-in", account.sign_in, name="sign_in"),
    path("account/code", account.sign_in_code, name="sign_in_code"),
    path("account/sign-out", account.sign_out, name="sign_out"),
    path("account/identify", account.identify, name="identify"),
    path("account/identity/back", account.identity_back, name="identity_back"),
    path("my", my.overview, name="my"),
]
