"""A job that asks all reading engines, which were built before the fork."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from PIL import Image

from pipeline.extract.engines import load_engines
from pipeline.extract.ocr.readers import Engines
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.job import Job


def _read(engines: Engines, header: bytes, content: bytes) -> JobReply:
    """What all see in a picture of one line, and how many lines there are."""
    gray = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    rgb = np.repeat(gray[:, :, None], 3, axis=2)
    first, second = engines.main.read_lines([rgb])[0].text, engines.second.read(gray, alphabet=None, lines=1)
    third = engines.third.read_lines([rgb])[0].text.replace(" ", "")  # of which this reader sees few
    found = len(engines.main.find_lines(rgb))
    said = {"first": first, "second": second, "third": third, "lines": found}
    return JobReply(record_json=json.dumps(said).encode())


def load_jobs(arguments: Sequence[str]) -> Mapping[str, Job]:
    del arguments
    return {"read": Job(run=partial(_read, load_engines()))}
