"""What is wrong with a picture that shows a form and could not be read as one."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pipeline.extract.image.faults import Shot
from samples.fonts import font


def test_a_page_without_rules_is_not_cut() -> None:
    """Such a page ended the reading of its file with an error."""
    image = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(image)
    quads = []
    for row in range(12):
        pen.text((200, 300 + 90 * row), "账号主体：廊坊某某文化馆", font=font("song", 34), fill="black")
        top = 300 + 90 * row
        quads.append(np.array([[200, top], [600, top], [600, top + 34], [200, top + 34]], np.float32))
    shot = Shot(rgb=np.asarray(image), quads=tuple(quads), matrix=np.eye(3), source=(2339, 1654))
    assert shot.fault() is None
