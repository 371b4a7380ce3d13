"""The hall of a centre: tickets, counters, appointments, estimates, figures."""
