from django.db import migrations

# What somebody found or counted stays as it was entered; a later row stands beside it.
FORWARD = """
CREATE FUNCTION measures_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was found is only added to, never changed or removed';
END $$;
CREATE TRIGGER posting_check_only_added BEFORE UPDATE OR DELETE ON measures_postingcheck
  FOR EACH ROW EXECUTE FUNCTION measures_refuse_change();
CREATE TRIGGER cost_version_only_added BEFORE UPDATE OR DELETE ON measures_costversion
  FOR EACH ROW EXECUTE FUNCTION measures_refuse_change();
"""
BACKWARD = """
DROP TRIGGER posting_check_only_added ON measures_postingcheck;
DROP TRIGGER cost_version_only_added ON measures_costversion;
DROP FUNCTION measures_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_posting_checks_and_costs")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
