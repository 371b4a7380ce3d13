"""Ring 4: REST and its OpenAPI file."""
