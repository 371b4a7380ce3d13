"""What citizen and officer pages share: template environment, filters, macros, static parts."""
