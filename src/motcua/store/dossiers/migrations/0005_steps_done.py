"""An index of the steps done, by unit and instant: what boards count of a unit's and an officer's work."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0004_process_values_links_consultations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                fields=["unit_id", "at"],
                include=("staff_id",),
                name="fact_step_done",
                condition=models.Q(("kind", 2)),
            ),
        ),
    ]
