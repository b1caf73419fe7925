"""Builds the readers, before any fork."""

from __future__ import annotations

from pipeline.extract.ocr import Engines
from pipeline.extract.ocr_rapidocr import build_rapidocr
from pipeline.extract.ocr_tesseract import build_tesseract


def load_engines() -> Engines:
    """Load models and warm them up. Raises `EngineMissingError` naming what to install."""
    return Engines(main=build_rapidocr(), second=build_tesseract())
