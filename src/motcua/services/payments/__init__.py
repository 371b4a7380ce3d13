"""What is owed, how it is paid, given back, counted and held against the gateway's statement."""
