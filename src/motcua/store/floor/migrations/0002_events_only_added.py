from django.db import migrations

# What happened in the hall is append-only whoever writes.
FORWARD = """
CREATE FUNCTION floor_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events of the hall are only added, never changed or removed';
END $$;
CREATE TRIGGER floor_event_only_added BEFORE UPDATE OR DELETE ON floor_ticketevent
  FOR EACH ROW EXECUTE FUNCTION floor_refuse_change();
CREATE TRIGGER floor_event_never_truncated BEFORE TRUNCATE ON floor_ticketevent
  FOR EACH STATEMENT EXECUTE FUNCTION floor_refuse_change();
ALTER TABLE floor_ticket SET (fillfactor = 80);
"""
BACKWARD = """
DROP TRIGGER floor_event_only_added ON floor_ticketevent;
DROP TRIGGER floor_event_never_truncated ON floor_ticketevent;
DROP FUNCTION floor_refuse_change();
ALTER TABLE floor_ticket RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("floor", "0001_hall_and_tickets")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
