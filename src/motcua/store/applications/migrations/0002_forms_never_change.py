from django.db import migrations

FORWARD = """
CREATE TRIGGER form_version_never_changes BEFORE UPDATE OR DELETE ON applications_formversion
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version();
"""
BACKWARD = "DROP TRIGGER form_version_never_changes ON applications_formversion;"


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_forms_and_applications"), ("offerings", "0002_versions_never_change")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
