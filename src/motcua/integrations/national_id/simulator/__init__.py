"""A real OpenID Connect server that stands for the national identity in demos and tests: a Django project of its own.

It shares no database and no settings with the product; its persons are invented, their numbers begin with 999.
"""
