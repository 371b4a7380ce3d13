"""Addresses of the officer pages. No address holds a code, a name or a number of a person."""

from django.urls import path

from motcua.backoffice.views import catalogue, counter, desk, dossiers, law, organisation, simulate, start

urlpatterns = [
    path("start", start.start, name="start"),
    path("post", start.choose_post, name="choose_post"),
    path("counter", counter.overview, name="counter"),
    path("counter/find", counter.find_procedure, name="find_procedure"),
    path("counter/start", counter.start_intake, name="start_intake"),
    path("counter/intake/<uuid:key>", counter.intake, name="intake"),
    path("counter/receipts/<uuid:public_id>", dossiers.receipt, name="receipt"),
    path("counter/slips/<uuid:public_id>", dossiers.slip, name="slip"),
    path("dossiers", dossiers.dossiers, name="dossiers"),
    path("dossiers/<uuid:public_id>", dossiers.dossier, name="dossier"),
    path("dossiers/<uuid:public_id>/act", dossiers.act, name="act"),
    path("documents/<uuid:public_id>", dossiers.document, name="document"),
    path("desk", desk.desk, name="desk"),
    path("lead", desk.lead, name="lead"),
    path("catalogue", catalogue.catalogue, name="catalogue"),
    path("catalogue/imports", catalogue.imports, name="imports"),
    path("catalogue/imports/<int:run_id>", catalogue.import_run, name="import_run"),
    path("catalogue/processes", catalogue.processes, name="processes"),
    path("catalogue/processes/<int:version_id>", catalogue.process, name="process"),
    path("catalogue/versions/<int:version_id>", catalogue.version, name="procedure_version"),
    path("catalogue/versions/<int:version_id>/publish", catalogue.publish, name="publish_version"),
    path("law", law.law, name="law"),
    path("simulate", simulate.simulate, name="simulate"),
    path("organisation", organisation.organisation, name="organisation"),
    path("organisation/agencies/<int:agency_id>", organisation.agency, name="agency"),
    path("organisation/units/<int:unit_id>", organisation.unit, name="unit"),
    path("delegations", organisation.delegations, name="delegations"),
    path("delegations/<int:delegation_id>/revoke", organisation.revoke, name="revoke"),
]
