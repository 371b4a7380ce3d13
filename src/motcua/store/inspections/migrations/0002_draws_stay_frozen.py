from django.db import migrations

# A sample that could be drawn or planned again after it was seen would be chosen, not drawn.
FORWARD = """
CREATE FUNCTION inspections_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what fixes a sample stays as it was published';
END $$;
CREATE TRIGGER sample_draw_frozen BEFORE UPDATE OR DELETE ON inspections_sampledraw
  FOR EACH ROW EXECUTE FUNCTION inspections_refuse_change();
CREATE TRIGGER plan_frozen BEFORE UPDATE OR DELETE ON inspections_inspectionplan
  FOR EACH ROW EXECUTE FUNCTION inspections_refuse_change();
CREATE TRIGGER inspection_frozen BEFORE UPDATE ON inspections_inspection
  FOR EACH ROW WHEN ((OLD.plan_id, OLD.unit_id, OLD.from_on, OLD.to_on, OLD.size, OLD.seed)
    IS DISTINCT FROM (NEW.plan_id, NEW.unit_id, NEW.from_on, NEW.to_on, NEW.size, NEW.seed))
  EXECUTE FUNCTION inspections_refuse_change();
CREATE TRIGGER inspection_stays BEFORE DELETE ON inspections_inspection
  FOR EACH ROW EXECUTE FUNCTION inspections_refuse_change();
CREATE TRIGGER sampled_dossier_frozen BEFORE UPDATE ON inspections_sampleddossier
  FOR EACH ROW WHEN ((OLD.inspection_id, OLD.place, OLD.dossier_id, OLD.risks)
    IS DISTINCT FROM (NEW.inspection_id, NEW.place, NEW.dossier_id, NEW.risks))
  EXECUTE FUNCTION inspections_refuse_change();
CREATE TRIGGER sampled_dossier_stays BEFORE DELETE ON inspections_sampleddossier
  FOR EACH ROW EXECUTE FUNCTION inspections_refuse_change();
"""
BACKWARD = """
DROP TRIGGER sampled_dossier_stays ON inspections_sampleddossier;
DROP TRIGGER sampled_dossier_frozen ON inspections_sampleddossier;
DROP TRIGGER inspection_stays ON inspections_inspection;
DROP TRIGGER inspection_frozen ON inspections_inspection;
DROP TRIGGER plan_frozen ON inspections_inspectionplan;
DROP TRIGGER sample_draw_frozen ON inspections_sampledraw;
DROP FUNCTION inspections_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_plans_draws_and_findings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
