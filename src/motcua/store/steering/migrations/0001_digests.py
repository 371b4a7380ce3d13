"""The digests of the staff."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StaffDigest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("staff_id", models.BigIntegerField()),
                ("on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("items", models.JSONField()),
                ("counts", models.JSONField()),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("staff_id", "on"), name="digest_once_a_day")],
            },
        ),
    ]
