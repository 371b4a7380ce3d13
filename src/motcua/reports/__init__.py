"""Ring 4: papers and registers as PDF and XLSX."""
