from django.db import migrations

# What was ordered and reported stays as it was told; a later row stands beside it.
FORWARD = """
CREATE FUNCTION duties_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was ordered and reported is only added to, never changed or removed';
END $$;
CREATE TRIGGER duty_event_only_added BEFORE UPDATE OR DELETE ON duties_dutyevent
  FOR EACH ROW EXECUTE FUNCTION duties_refuse_change();
CREATE TRIGGER enclosure_only_added BEFORE UPDATE OR DELETE ON duties_enclosure
  FOR EACH ROW EXECUTE FUNCTION duties_refuse_change();
"""
BACKWARD = """
DROP TRIGGER enclosure_only_added ON duties_enclosure;
DROP TRIGGER duty_event_only_added ON duties_dutyevent;
DROP FUNCTION duties_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_duties_events_and_enclosures")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
