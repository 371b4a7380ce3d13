from django.db import migrations

# Facts are append-only whoever writes: the trigger holds for a hand at the database prompt too.
FORWARD = """
CREATE FUNCTION dossiers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'facts are only added, never changed or removed';
END $$;
CREATE TRIGGER fact_only_added BEFORE UPDATE OR DELETE ON dossiers_fact
  FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_change();
CREATE TRIGGER fact_never_truncated BEFORE TRUNCATE ON dossiers_fact
  FOR EACH STATEMENT EXECUTE FUNCTION dossiers_refuse_change();
ALTER TABLE dossiers_dossier SET (fillfactor = 80);
"""
BACKWARD = """
DROP TRIGGER fact_only_added ON dossiers_fact;
DROP TRIGGER fact_never_truncated ON dossiers_fact;
DROP FUNCTION dossiers_refuse_change();
ALTER TABLE dossiers_dossier RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
