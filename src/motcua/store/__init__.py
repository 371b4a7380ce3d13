"""Ring 2: Django apps with models, constraints, migrations and selectors."""
