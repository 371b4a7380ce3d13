"""Addresses of the citizen pages."""

from django.urls import path

from motcua.portal.views import account, channels, mandates, my, my_account, pages, petitions, ratings

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
    path("accessibility", pages.accessibility, name="accessibility"),
    path("privacy", pages.privacy, name="privacy"),
    path("account/sign-in", account.sign_in, name="sign_in"),
    path("account/code", account.sign_in_code, name="sign_in_code"),
    path("account/sign-out", account.sign_out, name="sign_out"),
    path("account/identify", account.identify, name="identify"),
    path("account/identity/back", account.identity_back, name="identity_back"),
    path("my", my.overview, name="my"),
    path("my/notices", my.notices, name="my_notices"),
    path("my/acting", my.acting, name="my_acting"),
    path("my/mandates", mandates.mandates, name="my_mandates"),
    path("my/mandates/<uuid:public_id>", mandates.answer, name="my_mandate_answer"),
    path("my/organisations/<uuid:organisation_id>/clerks", mandates.clerk, name="my_clerk"),
    path("my/preferences", my_account.preferences, name="my_preferences"),
    path("my/contact", my_account.contact, name="my_contact"),
    path("my/contact/code", my_account.contact_code, name="my_contact_code"),
    path("my/data", my_account.data, name="my_data"),
    path("my/data/file", my_account.data_file, name="my_data_file"),
    path("my/delete", my_account.delete, name="my_delete"),
    path("my/petitions", petitions.mine, name="my_petitions"),
    path("petitions", petitions.answers, name="petitions"),
    path("petitions/new", petitions.new, name="petition_new"),
    path("petitions/new/code", petitions.code, name="petition_code"),
    path("petitions/status", petitions.look_up, name="petition_look_up"),
    path("petitions/status/<str:code>/<str:secret>", petitions.status, name="petition_status"),
    path("petitions/status/<str:code>/<str:secret>/act", petitions.act, name="petition_act"),
    path("petitions/answers/<uuid:public_id>", petitions.answer, name="petition_answer"),
    path("track/<str:code>/<str:secret>/rate", ratings.rate, name="rate"),
    path("rate/<str:token>", ratings.tablet, name="tablet"),
    path("hooks/zalo", channels.zalo_news, name="zalo_news"),
    path("demo/messages", channels.simulated, name="simulated"),
]
