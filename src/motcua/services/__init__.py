"""Ring 3: one module per family of use cases; each checks permission, loads, asks the core and writes in one transaction."""
