"""Answers how passwords are kept: argon2id at a cost that two cores can bear."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two rounds, the smaller of the two settings that OWASP names."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
