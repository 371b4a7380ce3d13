"""The files of pages as the product serves them, made once for all workers of a run."""

from __future__ import annotations

import fcntl


def collect_pages(run: str) -> None:
    """Compile translations and collect static files, unless a worker of the same run has: two take each other's away."""
    from django.core.management import call_command

    from motcua.project import translations
    from motcua.project.config import config

    config().var.mkdir(parents=True, exist_ok=True)
    with (config().var / "collected-by").open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        if mark.read() == run:
            return
        translations.compile_all()
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.truncate(0)
        mark.write(run)
