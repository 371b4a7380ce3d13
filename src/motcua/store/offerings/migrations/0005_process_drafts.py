import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0002_calendar_changes'),
        ('offerings', '0004_on_spot_delegation'),
    ]

    operations = [
        migrations.AddField(
            model_name='processversion',
            name='layout',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='processversion',
            name='decision_no',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='processversion',
            name='decided_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='ProcessDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=600)),
                ('data', models.JSONField()),
                ('staff_id', models.BigIntegerField()),
                ('saved_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='process_drafts', to='organisation.agency')),
                ('based_on', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='offerings.processversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'key'), name='process_draft_once')],
            },
        ),
    ]
