"""Addresses of the citizen pages."""

from django.urls import path

from motcua.portal.views import account, pages, pay, post, results

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
    path("pay/callback/<slug:gateway>", pay.call_back, name="pay_callback"),
    path("pay/<uuid:public_id>", pay.pay, name="pay"),
    path("pay/<uuid:public_id>/back", pay.pay_back, name="pay_back"),
    path("parcels/callback/<slug:name>", post.carrier_call, name="carrier_callback"),
    path("check", results.check, name="check"),
    path("check/<str:token>", results.check_result, name="check_result"),
    path("results/shared/<str:token>", results.shared, name="shared_result"),
    path("my/results", results.my_results, name="my_results"),
    path("my/results/<uuid:public_id>", results.my_result, name="my_result"),
    path("my/results/<uuid:public_id>/file", results.my_result_file, name="my_result_file"),
    path("account/sign-in", account.sign_in, name="sign_in"),
]
