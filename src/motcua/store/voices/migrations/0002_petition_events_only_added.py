from django.db import migrations

# What happened to a petition is append-only, whoever writes.
FORWARD = """
CREATE FUNCTION voices_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events of petitions are only added, never changed or removed';
END $$;
CREATE TRIGGER petition_event_only_added BEFORE UPDATE OR DELETE ON voices_petitionevent
  FOR EACH ROW EXECUTE FUNCTION voices_refuse_change();
"""
BACKWARD = """
DROP TRIGGER petition_event_only_added ON voices_petitionevent;
DROP FUNCTION voices_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("voices", "0001_ratings_and_petitions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
