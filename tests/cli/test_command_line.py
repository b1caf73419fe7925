"""What a newcomer meets: help, versions, wrong use, and how quickly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forked import run_forked

COMMANDS = (
    "init",
    "doctor",
    "poll",
    "work",
    "extract",
    "check",
    "reprocess",
    "demo",
    "queue",
    "registry",
    "ledger",
    "profile",
    "notice",
)


def beian(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_forked(arguments, cwd=cwd, environment={**os.environ, **environment})


def test_help_names_every_command_and_where_to_begin(tmp_path: Path) -> None:
    done = beian("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert all(command in done.stdout for command in (*COMMANDS, "beian demo", "beian init"))


def test_help_does_not_load_heavy_libraries(tmp_path: Path) -> None:
    """The figure itself is measured elsewhere; this holds what makes it possible."""
    code = (
        "import sys\nfrom pipeline.cli.app import run\nrun(['--help'])\n"
        "heavy = {'cv2', 'onnxruntime', 'rapidocr', 'sqlalchemy', 'docx', 'pdfplumber', 'numpy', 'pydantic', 'imapclient'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "LOADED []" in done.stdout


def test_version(tmp_path: Path) -> None:
    assert beian("--version", cwd=tmp_path).stdout.startswith("beian 0.")


def test_a_crash_leaves_no_dump(tmp_path: Path) -> None:
    """It would hold the keys."""
    code = (
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_CORE, (4096, 4096))\n"
        "from pipeline.cli import main\nsys.argv = ['beian', '--version']\n"
        "try:\n    main()\nexcept SystemExit:\n    print('LIMIT', resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "LIMIT (0, 0)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frobnicate",), "No such command"),
        (("extract", "absent.jpg"), "absent.jpg"),
        (("--config", "absent.toml", "queue", "list"), "beian init"),
        (("check", "absent.eml"), "absent.eml"),
    ],
)
def test_wrong_use_is_one_clear_line_and_status_2(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = beian(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_init_writes_a_file_once_that_the_other_commands_accept(tmp_path: Path) -> None:
    assert beian("init", cwd=tmp_path).returncode == 0
    written = (tmp_path / "beian.toml").read_text(encoding="utf-8")
    assert written.count("[mailboxes.") == 12
    again = beian("init", cwd=tmp_path)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert beian("queue", "list", cwd=tmp_path).returncode == 0


def test_poll_without_a_password_says_which_and_how(tmp_path: Path) -> None:
    beian("init", cwd=tmp_path)
    done = beian("poll", "--once", cwd=tmp_path)
    assert done.returncode == 2
    assert "BEIAN_PASSWORD_CITY" in done.stderr


def test_an_unknown_profile_or_office_is_named(tmp_path: Path) -> None:
    (tmp_path / "beian.toml").write_text('profile = "atlantis-1"\n', encoding="utf-8")
    assert "atlantis-1" in beian("init", "--profile", "atlantis-1", cwd=tmp_path).stderr
    (tmp_path / "beian.toml").write_text("[mailboxes.atlantis]\n", encoding="utf-8")
    done = beian("poll", "--once", cwd=tmp_path)
    assert done.returncode == 2
    assert "atlantis" in done.stderr
