"""What was issued: signed, sealed, entered, handed over, shown to whoever checks it, and revoked."""
