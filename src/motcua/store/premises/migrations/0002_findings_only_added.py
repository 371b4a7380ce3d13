from django.db import migrations

# What somebody found or answered stays as it was entered; a later row stands beside it.
FORWARD = """
CREATE FUNCTION premises_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was found is only added to, never changed or removed';
END $$;
CREATE TRIGGER premises_check_only_added BEFORE UPDATE OR DELETE ON premises_premisescheck
  FOR EACH ROW EXECUTE FUNCTION premises_refuse_change();
CREATE TRIGGER readiness_answer_only_added BEFORE UPDATE OR DELETE ON premises_readinessanswer
  FOR EACH ROW EXECUTE FUNCTION premises_refuse_change();
CREATE TRIGGER monthly_notice_only_added BEFORE UPDATE OR DELETE ON premises_monthlynotice
  FOR EACH ROW EXECUTE FUNCTION premises_refuse_change();
"""
BACKWARD = """
DROP TRIGGER premises_check_only_added ON premises_premisescheck;
DROP TRIGGER readiness_answer_only_added ON premises_readinessanswer;
DROP TRIGGER monthly_notice_only_added ON premises_monthlynotice;
DROP FUNCTION premises_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("premises", "0001_equipment_plans_and_meetings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
