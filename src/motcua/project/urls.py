"""All addresses of the product."""

from django.urls import include, path

from motcua.ui import accounts

urlpatterns = [
    path("", include("motcua.portal.urls")),
    path("login", accounts.sign_in, name="login"),
    path("logout", accounts.sign_out, name="logout"),
    path("language", accounts.language, name="language"),
    path("health", accounts.health, name="health"),
    path("", include("motcua.backoffice.urls")),
    path("", include("motcua.reports.urls")),
    path("api/", include("motcua.api.urls")),
    path("", include("motcua.integrations.payment_gateway.views")),
    path("", include("motcua.integrations.post_carrier.views")),
]
handler400 = "motcua.ui.errors.bad_request"
handler404 = "motcua.ui.errors.not_found"
handler500 = "motcua.ui.errors.broken"
