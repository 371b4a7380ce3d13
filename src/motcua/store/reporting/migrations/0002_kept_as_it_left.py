from django.db import migrations

# What was published or said stays as it left; of a question only whether it is closed changes.
FORWARD = """
CREATE FUNCTION reporting_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was published or said is never changed or removed';
END $$;
CREATE TRIGGER open_data_stays BEFORE UPDATE OR DELETE ON reporting_opendataset
  FOR EACH ROW EXECUTE FUNCTION reporting_refuse_change();
CREATE TRIGGER integrity_note_stays BEFORE UPDATE OR DELETE ON reporting_integritynote
  FOR EACH ROW EXECUTE FUNCTION reporting_refuse_change();
CREATE TRIGGER integrity_question_stays BEFORE UPDATE OF signal, kind, agency_id, officer_id, procedure_code, from_on,
  to_on, computed, asked_at ON reporting_integrityquestion
  FOR EACH ROW EXECUTE FUNCTION reporting_refuse_change();
"""
BACKWARD = """
DROP TRIGGER open_data_stays ON reporting_opendataset;
DROP TRIGGER integrity_note_stays ON reporting_integritynote;
DROP TRIGGER integrity_question_stays ON reporting_integrityquestion;
DROP FUNCTION reporting_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_tables_data_questions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
