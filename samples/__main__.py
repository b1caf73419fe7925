"""`python -m samples`: make the sample set or the cases' mails, and check the set that is checked in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from samples.cases import iter_cases
from samples.fonts import FontMissingError
from samples.sample_set import DATA, SEED, SampleFile, iter_set, mail_truth


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done; 1 the checked-in set differs; 2 wrong use; 3 a typeface is missing."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except FontMissingError as error:
        print(f"samples: {error}", file=sys.stderr)
        return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m samples", description="Seeded samples with their truth.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    make = commands.add_parser("make", help="write the small set (forms, papers, demo mails) with its truth")
    make.add_argument("--out", type=Path, default=DATA, help="folder to write to (default: samples/data)")
    make.add_argument("--seed", type=int, default=SEED)
    make.set_defaults(run=_make)
    cases = commands.add_parser("cases", help="write every case as .eml with what should become of it")
    cases.add_argument("--out", type=Path, required=True)
    cases.add_argument("--seed", type=int, default=SEED)
    cases.add_argument("--only", metavar="NAME", help="only the case of this name")
    cases.set_defaults(run=_cases)
    check = commands.add_parser("check", help="does the checked-in set equal what the generator makes now?")
    check.set_defaults(run=_check)
    return parser


def _write(folder: Path, sample: SampleFile) -> None:
    target = folder / sample.path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(sample.content)
    if sample.truth:
        (folder / sample.truth_path).write_text(sample.truth, encoding="utf-8")


def _make(options: argparse.Namespace) -> int:
    count = size = 0
    made: set[Path] = set()
    for sample in iter_set(options.seed):
        _write(options.out, sample)
        made |= {options.out / sample.path, options.out / sample.truth_path}
        count, size = count + 1, size + len(sample.content)
    if options.out == DATA:
        for stale in [path for path in DATA.rglob("*") if path.is_file() and path not in made]:
            stale.unlink()
    print(f"{count} files, {size / 1e6:.1f} MB in {options.out}")
    return 0


def _cases(options: argparse.Namespace) -> int:
    count = 0
    for case in iter_cases(options.seed):
        if options.only and case.name != options.only:
            continue
        for index, (mail, expect) in enumerate(zip(case.build(), case.expect, strict=True), start=1):
            name = case.name if len(case.expect) == 1 else f"{case.name}-{index}"
            _write(options.out, SampleFile(path=f"{name}.eml", content=mail.content, truth=mail_truth(mail, expect)))
            count += 1
    print(f"{count} mails in {options.out}")
    if not count:
        print(f"samples: there is no case {options.only!r}", file=sys.stderr)
        return 2
    return 0


def _check(options: argparse.Namespace) -> int:
    same = drawn = 0
    wrong: list[str] = []
    seen: set[str] = set()
    for sample in iter_set():
        seen |= {sample.path, sample.truth_path}
        file, truth = DATA / sample.path, DATA / sample.truth_path
        if not file.is_file() or (sample.truth and not truth.is_file()):
            wrong.append(f"missing: {sample.path}")
        elif sample.truth and truth.read_text(encoding="utf-8") != sample.truth:
            wrong.append(f"another truth: {sample.path}")
        elif file.read_bytes() == sample.content:
            same += 1
        else:
            drawn += 1
    extra = {str(path.relative_to(DATA)) for path in DATA.rglob("*") if path.is_file()} - seen
    wrong += [f"not made by the generator: {name}" for name in sorted(extra)]
    print(f"{same} the same byte for byte, {drawn} with the same truth drawn otherwise, {len(wrong)} wrong")
    for line in wrong:
        print(line)
    if drawn:
        print("other bytes come from another version of Pillow, OpenCV, zlib or a typeface; the truth is the same")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
