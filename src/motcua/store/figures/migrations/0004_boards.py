"""Indexes for today's boards: what is open by its due instant, what has ended lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0003_figures_of_what_is_there"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dossierfigure",
            index=models.Index(
                fields=["agency_id", "due_at", "dossier_id"],
                name="figure_open_agency",
                condition=models.Q(("ended_at__isnull", True)),
            ),
        ),
        migrations.AddIndex(
            model_name="dossierfigure",
            index=models.Index(
                fields=["unit_id", "due_at", "dossier_id"],
                name="figure_open_unit",
                condition=models.Q(("ended_at__isnull", True)),
            ),
        ),
        migrations.AddIndex(
            model_name="dossierfigure",
            index=models.Index(
                fields=["ended_at"],
                include=("agency_id", "outcome"),
                name="figure_ended",
                condition=models.Q(("ended_at__isnull", False)),
            ),
        ),
        migrations.AddIndex(
            model_name="dossierfigure",
            index=models.Index(
                fields=["agency_id", "ended_at"],
                include=("outcome",),
                name="figure_ended_agency",
                condition=models.Q(("ended_at__isnull", False)),
            ),
        ),
        migrations.AddIndex(
            model_name="dossierfigure",
            index=models.Index(
                fields=["unit_id", "ended_at"],
                include=("outcome",),
                name="figure_ended_unit",
                condition=models.Q(("ended_at__isnull", False)),
            ),
        ),
    ]
