import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='IntegrityQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('signal', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(max_length=12)),
                ('agency_id', models.BigIntegerField()),
                ('officer_id', models.BigIntegerField(null=True)),
                ('procedure_code', models.CharField(max_length=30)),
                ('from_on', models.DateField()),
                ('to_on', models.DateField()),
                ('computed', models.JSONField()),
                ('asked_at', models.DateTimeField()),
                ('is_closed', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['agency_id', 'is_closed', '-id'], name='question_of_agency'), models.Index(fields=['is_closed', '-id'], name='question_open')],
            },
        ),
        migrations.CreateModel(
            name='IntegrityNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('asked', 'Asked'), ('answered', 'Answered'), ('noted', 'Noted'), ('closed', 'Closed')], max_length=8)),
                ('text', models.CharField(blank=True, max_length=2000)),
                ('staff_id', models.BigIntegerField()),
                ('unit_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='reporting.integrityquestion')),
            ],
        ),
        migrations.CreateModel(
            name='OpenDataSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('period', models.CharField(max_length=10, unique=True)),
                ('from_on', models.DateField()),
                ('to_on', models.DateField()),
                ('minimum', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('hidden', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('staff_id', models.BigIntegerField()),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['-to_on', '-id'], name='open_data_newest')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('from_on'), models.F('to_on'), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True), function='daterange'), '&&')], name='open_data_never_overlaps')],
            },
        ),
        migrations.CreateModel(
            name='SavedTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.UUIDField(unique=True)),
                ('staff_id', models.BigIntegerField()),
                ('unit_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('asked', models.JSONField()),
                ('is_shared', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_shared', True), ('removed_at__isnull', True)), fields=['unit_id', 'name', 'id'], name='saved_table_shared')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('staff_id', 'name'), name='saved_table_named_once')],
            },
        ),
    ]
