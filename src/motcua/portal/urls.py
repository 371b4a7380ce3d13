"""Addresses of the citizen pages."""

from django.urls import path

from motcua.portal.views import account, apply, my, my_dossiers, pages, uploads

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("procedures", pages.procedures, name="procedures"),
    path("procedures/<str:code>", pages.procedure, name="procedure"),
    path("procedures/<str:code>/data", pages.procedure_data, name="procedure_data"),
    path("procedures/<str:code>/apply", apply.start, name="apply_start"),
    path("apply/<uuid:public_id>", apply.application, name="application"),
    path("apply/<uuid:public_id>/form/<str:page>", apply.form_page, name="form_page"),
    path("apply/<uuid:public_id>/papers", apply.papers, name="papers"),
    path("apply/<uuid:public_id>/check", apply.check, name="check"),
    path("apply/<uuid:public_id>/files/<uuid:file_id>", apply.file, name="application_file"),
    path("apply/<uuid:public_id>/uploads", uploads.begin, name="begin_upload"),
    path("apply/<uuid:public_id>/uploads/<uuid:upload_id>", uploads.upload, name="upload"),
    path("my/dossiers", my_dossiers.my_dossiers, name="my_dossiers"),
    path("my/dossiers/<uuid:public_id>", my_dossiers.my_dossier, name="my_dossier"),
    path("life-events/<slug:key>", pages.life_event, name="life_event"),
    path("track", pages.track_form, name="track"),
    path("track/<str:code>/<str:secret>", pages.tracked, name="tracked"),
    path("receipts/<str:token>", pages.receipt_check, name="receipt_check"),
    path("centres", pages.centres, name="centres"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("privacy", pages.privacy, name="privacy"),
    path("account/sign-in", account.sign_in, name="sign_in"),
    path("account/code", account.sign_in_code, name="sign_in_code"),
    path("account/sign-out", account.sign_out, name="sign_out"),
    path("account/identify", account.identify, name="identify"),
    path("account/identity/back", account.identity_back, name="identity_back"),
    path("my", my.overview, name="my"),
]
