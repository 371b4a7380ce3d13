"""The acts on dossiers: reception, steps, supplements, slips, scans, hand-over."""
