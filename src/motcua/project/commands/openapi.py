"""`./motcua openapi`: the description of the interface for programs, as the file in docs/api holds it."""

from __future__ import annotations

import argparse
import json
import sys

from motcua.project.cli import DONE, REFUSED

NAME = "openapi"
HELP = "Write docs/api/openapi.json from the code, or with --check fail when they differ."
NEEDS = "django"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="compare only")


def run(args: argparse.Namespace) -> int:
    from django.utils import translation

    from motcua.api.public import api
    from motcua.project.config import config

    path = config().root / "docs" / "api" / "openapi.json"
    with translation.override("en"):
        text = json.dumps(api.get_openapi_schema(path_prefix="/api/"), ensure_ascii=False, indent=1, sort_keys=True)
    if not args.check:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        return DONE
    if not path.exists() or path.read_text(encoding="utf-8") != text + "\n":
        print("docs/api/openapi.json khác mã nguồn; chạy ./motcua openapi / differs from the code", file=sys.stderr)
        return REFUSED
    return DONE
