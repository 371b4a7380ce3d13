"""Addresses of papers and registers."""

from django.urls import path

from motcua.reports import posting, views
from motcua.reports import supervision_views as supervision
from motcua.reports.causes import views as causes
from motcua.reports.figures import views as figures
from motcua.reports.monthly import views as monthly
from motcua.reports.petitions import views as petitions
from motcua.reports.tables import views as tables

urlpatterns = [
    path("papers/<uuid:public_id>/<str:form>.pdf", views.paper, name="paper"),
    path("slips/<uuid:public_id>.pdf", views.slip_paper, name="slip_paper"),
    path("cash/receipts/<uuid:public_id>.pdf", views.cash_receipt_paper, name="cash_receipt_paper"),
    path("postal/slips/<uuid:public_id>.pdf", views.post_slip_paper, name="post_slip_paper"),
    path("hand-overs/<uuid:public_id>.pdf", views.hand_over_paper, name="hand_over_paper"),
    path("deliveries/<uuid:public_id>.pdf", views.delivery_paper, name="delivery_paper"),
    path("cash/day.pdf", views.cash_day_paper, name="cash_day_paper"),
    path("apply/<uuid:public_id>/receipt.pdf", views.application_receipt, name="application_receipt"),
    path("inspections/<uuid:public_id>/record.pdf", supervision.inspection_record, name="inspection_record"),
    path("conferences/<uuid:public_id>/minutes.pdf", supervision.conference_minutes, name="conference_minutes"),
    path("urging/<uuid:public_id>/letter.pdf", supervision.letter_paper, name="letter_paper"),
    path("courses/<uuid:public_id>/certificates.pdf", supervision.course_certificates, name="course_certificates"),
    path("institutions/posted/<int:unit_id>.pdf", posting.posted_list_paper, name="posted_list_paper"),
    path("procedures/<str:code>/sample.pdf", posting.sample_paper, name="sample_paper"),
    path("register", views.register, name="register"),
    path("figures", figures.figures, name="figures"),
    path("figures/dossiers", figures.figures_dossiers, name="figures_dossiers"),
    path("figures/petitions", petitions.petition_figures, name="petition_figures"),
    path("figures/petitions/list", petitions.petition_figures_list, name="petition_figures_list"),
    path("figures/causes", causes.cause_figures, name="cause_figures"),
    path("figures/causes/dossiers", causes.cause_figures_list, name="cause_figures_list"),
    path("figures/tables", tables.tables, name="tables"),
    path("figures/tables/<uuid:public_id>", tables.saved, name="saved_table"),
    path("figures/tables/<uuid:public_id>/remove", tables.remove, name="remove_table"),
    path("figures/monthly", monthly.monthly, name="monthly"),
    path("figures/monthly/dossiers", monthly.monthly_done, name="monthly_done"),
    path("register/close", views.close_registers, name="close_registers"),
]
