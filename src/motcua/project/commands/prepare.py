"""`./motcua prepare`: schema, static files, translations and the demo; what `./run` does before it starts."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

from motcua.project.cli import DONE
from motcua.project.commands.serve import DEMOS

NAME = "prepare"
HELP = "Bring schema, static files, translations and demo up to date."
NEEDS = "database"
DOSSIERS = 2200


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", choices=DEMOS, default="none")
    parser.add_argument("--dossiers", type=int, default=DOSSIERS, help="how many dossiers the demo gets")


def run(args: argparse.Namespace) -> int:
    from django.core.management import call_command

    from motcua.project.translations import compile_all

    compile_all()
    call_command("collectstatic", interactive=False, verbosity=0)
    print("✓ trang và bản dịch / pages and translations", flush=True)
    if args.demo != "none":
        _load_demo(args.demo, args.dossiers)
    return DONE


def _load_demo(name: str, dossiers: int) -> None:
    from motcua.project.config import config
    from motcua.project.demo.centre import make_centres
    from motcua.project.demo.citizens import make_citizens
    from motcua.project.demo.hall import hall_addresses, make_halls
    from motcua.project.demo.inspections import make_inspections
    from motcua.project.demo.institutions import make_institutions
    from motcua.project.demo.life import Life, relax_commits
    from motcua.project.demo.measures import make_measures
    from motcua.project.demo.money import make_results_and_post
    from motcua.project.demo.online import make_applications
    from motcua.project.demo.organisation import PASSWORD, Names, make_organisation, read_spec
    from motcua.project.demo.reporting import make_reporting
    from motcua.project.demo.steering import make_due_work
    from motcua.services.times import VIETNAM
    from motcua.services.usual_delay import measure_usual_delays
    from motcua.store.lawfiles import law_book
    from motcua.store.organisation.models import Agency

    if Agency.objects.exists():
        print("✓ đã có dữ liệu, không nạp lại / data is there already", flush=True)
        return
    import tomllib
    from random import Random

    folder = config().root / "demo" / name
    started = time.monotonic()
    spec = read_spec(folder)
    cast = make_organisation(folder, now=datetime.combine(spec["from_on"], clock_time(7), VIETNAM))
    print(f"✓ tổ chức {name} / organisation ({time.monotonic() - started:.0f} s)", flush=True)
    relax_commits()
    data = tomllib.loads((folder.parent / "names.toml").read_text(encoding="utf-8"))
    life = Life(spec, Names(data, Random(f"{name}-citizens")), seed=f"{name}-life")  # noqa: S311
    count = life.run(dossiers=dossiers, progress=_progress)
    print(f"\r✓ {count} hồ sơ mẫu / sample dossiers ({time.monotonic() - started:.0f} s)      ", flush=True)
    # The demo opens at half past seven on the first working day after its life, and goes on from there.
    opens_at = (
        law_book()
        .calendar()
        .opening_at_or_after(datetime.combine(spec["to_on"] + timedelta(days=1), clock_time(0), VIETNAM))
    )
    halls = make_halls(opens_at=opens_at, seed=f"{name}-hall")
    print(f"✓ {halls} sảnh chờ mẫu / sample halls ({time.monotonic() - started:.0f} s)", flush=True)
    citizens = make_citizens(opens_at=opens_at)
    print(f"✓ người dân mẫu / sample citizens ({time.monotonic() - started:.0f} s)", flush=True)
    make_results_and_post(opens_at=opens_at)
    make_measures(opens_at=opens_at)
    own = Life(spec, Names(data, Random(f"{name}-more-citizens")), seed=f"{name}-reporting")  # noqa: S311
    make_reporting(own, opens_at=opens_at)
    make_centres(opens_at=opens_at)
    make_institutions(opens_at=opens_at)
    print(f"✓ kết quả, thu tiền, bưu chính / results, cash, post ({time.monotonic() - started:.0f} s)", flush=True)
    make_inspections(opens_at=opens_at)
    print(
        f"✓ kiểm tra, chỉ đạo, tập huấn / inspections, directives, training ({time.monotonic() - started:.0f} s)",
        flush=True,
    )
    offset = int((opens_at - datetime.now(VIETNAM)).total_seconds())
    (config().var / "demo-clock").write_text(str(offset))
    measure_usual_delays(now=opens_at)
    online = make_applications(life, opens_at=opens_at, seed=f"{name}-online")
    print(f"✓ {online} hồ sơ nộp trực tuyến / applications sent online", flush=True)
    reminded = make_due_work(life, opens_at=opens_at)
    print(f"✓ {reminded} người được nhắc việc / people reminded ({time.monotonic() - started:.0f} s)", flush=True)
    lines = [
        f"  Ngày của bản mẫu / the demo's day: {opens_at:%d/%m/%Y}",
        f"  Mật khẩu chung / password for all: {PASSWORD}",
        *(f"  {username:9} {person}, {post}" for username, person, post in cast),
        *citizens,
        *hall_addresses(),
    ]
    (config().var / "accounts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _progress(done: int, total: int) -> None:
    if sys.stdout.isatty():
        print(f"\r  {done}/{total} hồ sơ / dossiers", end="", flush=True)
