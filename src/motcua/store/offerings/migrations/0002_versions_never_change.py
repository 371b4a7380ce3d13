from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published version never changes; publish a new one';
END $$;
CREATE TRIGGER process_version_never_changes BEFORE UPDATE OR DELETE ON offerings_processversion
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version();
CREATE TRIGGER procedure_version_never_changes BEFORE UPDATE OR DELETE ON catalogue_procedureversion
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version();
"""
BACKWARD = """
DROP TRIGGER process_version_never_changes ON offerings_processversion;
DROP TRIGGER procedure_version_never_changes ON catalogue_procedureversion;
DROP FUNCTION refuse_change_of_version();
"""


class Migration(migrations.Migration):
    dependencies = [("offerings", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
