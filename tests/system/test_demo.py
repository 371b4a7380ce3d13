"""The demo is the same at every run, and no one in it is without work."""

from __future__ import annotations

import json
import shutil

import psycopg
import pytest

from instance import DOSSIERS, ROOT, copy_prepared, motcua
from motcua.project import postgres

pytestmark = pytest.mark.system
_DIGESTS = {
    "facts": "SELECT md5(string_agg(encode(digest, 'hex'), '' ORDER BY dossier_id, seq)) FROM dossiers_fact",
    "dossiers": "SELECT md5(string_agg(d::text, '' ORDER BY id)) FROM dossiers_dossier d",
    "parties": "SELECT md5(string_agg(p::text, '' ORDER BY id)) FROM dossiers_party p",
    "tasks": "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM dossiers_task t",
    "slips": "SELECT md5(string_agg(s::text, '' ORDER BY id)) FROM dossiers_slip s",
    "staff": "SELECT md5(string_agg(s::text, '' ORDER BY id)) FROM organisation_staff s",
}


def test_the_same_seed_gives_the_same_database() -> None:
    found = []
    for run in ("kept", "new"):
        var = ROOT / "var" / f"seed-{run}"
        shutil.rmtree(var, ignore_errors=True)
        if run == "kept":
            # Made once for all tests that start with a demo, by the same code in another process.
            copy_prepared(var, "bacninh-2026")
        else:
            done = motcua(var, "prepare", "--demo", "bacninh-2026", "--dossiers", str(DOSSIERS))
            assert done.returncode == 0, done.stderr
        server = postgres.Embedded(var)
        postgres.start(server)
        try:
            with psycopg.connect(server.url()) as connection:
                found.append({name: connection.execute(sql).fetchone() for name, sql in _DIGESTS.items()})
        finally:
            postgres.stop(server)
        shutil.rmtree(var, ignore_errors=True)
    assert found[0] == found[1]
    assert all(row is not None and row[0] for row in found[0].values())


@pytest.mark.parametrize("demo", ["bacninh-2026", "bacninh-2018"])
def test_what_is_stored_of_a_demo_is_what_its_facts_say(demo: str) -> None:
    var = ROOT / "var" / "seed-checked"
    shutil.rmtree(var, ignore_errors=True)
    copy_prepared(var, demo)
    try:
        checked = motcua(var, "clock", "check", "--json")
        assert json.loads(checked.stdout.splitlines()[-1])["differing"] == [], checked.stdout
    finally:
        postgres.stop(postgres.Embedded(var))
        shutil.rmtree(var, ignore_errors=True)
