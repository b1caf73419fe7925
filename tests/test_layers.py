"""The layers keep apart: ingest, extract, validate and store never import each other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_imports_keep_to_the_contract() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_nothing_heavy_happens_when_packages_are_imported() -> None:
    packages = ["domain", "profile", "ingest", "extract", "validate", "store", "sandbox", "demo"]
    code = "import sys\n" + "\n".join(f"import pipeline.{name}" for name in packages)
    code += "\nprint(sorted({'cv2', 'sqlalchemy', 'rapidocr', 'docx', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
