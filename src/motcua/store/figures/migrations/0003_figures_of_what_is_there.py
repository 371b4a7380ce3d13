"""Fill the rows that reports count by from the dossiers that are there; can be run again."""

from django.db import migrations

FILL = """
INSERT INTO figures_dossierfigure (dossier_id, agency_id, unit_id, version_id, channel, received_at, due_at, ended_at,
  returned_at, supplements, extensions)
SELECT d.id, d.handling_agency_id, d.reception_unit_id, o.procedure_version_id, d.channel, d.received_at, d.due_at,
  d.ended_at, d.returned_at, d.supplement_count, d.extension_count
FROM dossiers_dossier d JOIN offerings_offering o ON o.id = d.offering_id
ON CONFLICT (dossier_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0002_dossier_figures"),
        ("dossiers", "0004_process_values_links_consultations"),
        ("offerings", "0005_process_drafts"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
