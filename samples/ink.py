"""Marks that people and offices put on paper: tick boxes, pen strokes, glyphs one by one, red round seals."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

from samples import fonts

SEAL_RED = (206, 32, 38)
PEN_BLUE = (28, 40, 120)
PEN_BLACK = (35, 35, 40)


def draw_tick_box(draw: ImageDraw.ImageDraw, x: float, baseline: float, size: float, mark: str, ticked: bool) -> None:
    """An empty or ticked box of the height of a character; `mark` is the tick style of `form_layout`."""
    side = size * 0.78
    left, top = x + size * 0.08, baseline - side + size * 0.04
    box = (left, top, left + side, top + side)
    line = max(1, round(size / 16))
    if not ticked or mark not in ("√", "✓", "●"):
        draw.rectangle(box, outline="black", width=line)
    if not ticked:
        return
    if mark == "■":
        draw.rectangle(box, fill="black")
    elif mark == "●":
        draw.ellipse(box, fill="black")
    elif mark in ("☒", "content_control"):
        draw.line((*box[:2], *box[2:]), fill="black", width=line)
        draw.line((box[0], box[3], box[2], box[1]), fill="black", width=line)
    else:
        points = [(left + side * fx, top + side * fy) for fx, fy in ((0.12, 0.55), (0.4, 0.85), (0.92, 0.12))]
        draw.line(points, fill="black", width=max(2, line * 2), joint="curve")


def draw_pen_tick(draw: ImageDraw.ImageDraw, x: float, baseline: float, size: float, rng: random.Random) -> None:
    """A tick drawn by hand over a box, larger than the box and never quite in it."""
    side = size * rng.uniform(1.0, 1.35)
    left, top = x + size * rng.uniform(-0.1, 0.15), baseline - side * rng.uniform(0.85, 1.0)
    points = [
        (left + side * fx, top + side * fy)
        for fx, fy in ((0.05, 0.5), (0.2, 0.66), (0.36, 0.9), (0.62, 0.45), (1.0, 0.02))
    ]
    draw.line(points, fill=PEN_BLUE, width=max(3, round(size / 9)), joint="curve")


def write_by_hand(
    image: Image.Image,
    text: str,
    x: float,
    baseline: float,
    size: float,
    face: str,
    rng: random.Random,
    *,
    colour: tuple[int, int, int] = PEN_BLUE,
    print_face: str = "kai",
) -> float:
    """Write glyph by glyph with small changes of size, height and slant; returns the x after the last glyph.

    A character the handwriting typeface lacks is taken from `print_face`.
    """
    known = fonts.characters(face)
    for char in text:
        glyph_size = max(8, round(size * rng.uniform(0.94, 1.08)))
        used = fonts.font(face if ord(char) in known else print_face, glyph_size)
        advance = used.getlength(char)
        if not char.isspace():
            _stamp_glyph(
                image, char, used, x, baseline + size * rng.uniform(-0.04, 0.04), rng.uniform(-3.5, 3.5), colour
            )
        x += advance + size * rng.uniform(0.0, 0.05)
    return x


def _stamp_glyph(
    image: Image.Image, char: str, used: object, x: float, baseline: float, angle: float, colour: tuple[int, int, int]
) -> None:
    size = round(used.size)  # type: ignore[attr-defined]
    mask = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(mask).text((size // 2, round(size * 1.4)), char, font=used, fill=255, anchor="ls")  # type: ignore[arg-type]
    turned = mask.rotate(angle, resample=Image.Resampling.BICUBIC, center=(size, size))
    image.paste(colour, (round(x) - size // 2, round(baseline - size * 1.4)), turned)


def measure_by_hand(text: str, size: float, face: str) -> float:
    """A width that handwriting will not exceed by much."""
    used, known = fonts.font(face, max(8, round(size))), fonts.characters(face)
    return sum((used.getlength(c) if ord(c) in known else size) + size * 0.035 for c in text)


def seal_image(text: str, diameter_px: int, rng: random.Random, *, lower: str = "") -> Image.Image:
    """A red round seal (公章) on a transparent ground: `text` runs round the top, `lower` below the star."""
    scale = 2
    side = diameter_px * scale
    image = Image.new("RGBA", (side, side), (*SEAL_RED, 0))
    draw = ImageDraw.Draw(image)
    ring = max(3, round(side * 0.025))
    draw.ellipse((ring, ring, side - ring, side - ring), outline=(*SEAL_RED, 255), width=ring)
    centre, radius = side / 2, side / 2
    _star(draw, centre, centre * 1.0, radius * 0.28)
    size = round(min(radius * 0.30, radius * 4.2 / max(8, len(text))))
    _arc_text(image, text, centre, radius * 0.86 - size / 2, size)
    if lower:
        used = fonts.font("song", round(radius * 0.17))
        draw.text((centre, centre + radius * 0.55), lower, font=used, fill=(*SEAL_RED, 255), anchor="mm")
    turned = image.rotate(rng.uniform(-12, 12), resample=Image.Resampling.BICUBIC)
    small = turned.resize((diameter_px, diameter_px), Image.Resampling.LANCZOS)
    return _wear(small, rng)


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for step in range(10):
        reach = radius if step % 2 == 0 else radius * 0.382
        angle = -math.pi / 2 + step * math.pi / 5
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    draw.polygon(points, fill=(*SEAL_RED, 255))


def _arc_text(image: Image.Image, text: str, centre: float, radius: float, size: int) -> None:
    used = fonts.font("song", size)
    span = math.radians(min(270.0, 26.0 * len(text)))
    for index, char in enumerate(text):
        share = 0.5 if len(text) == 1 else index / (len(text) - 1)
        angle = -span / 2 + span * share
        glyph = Image.new("RGBA", (size * 2, size * 2), (*SEAL_RED, 0))
        ImageDraw.Draw(glyph).text(
            (size, size), char, font=used, fill=(*SEAL_RED, 255), anchor="mm", stroke_width=max(1, size // 30)
        )
        glyph = glyph.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
        x, y = centre + radius * math.sin(angle), centre - radius * math.cos(angle)
        image.alpha_composite(glyph, (round(x - size), round(y - size)))


def _wear(seal: Image.Image, rng: random.Random) -> Image.Image:
    """Uneven ink: some parts of a seal are fainter."""
    coarse = Image.new("L", (9, 9))
    coarse.putdata([rng.randrange(165, 256) for _ in range(81)])
    wear = coarse.resize(seal.size, Image.Resampling.BICUBIC)
    alpha = Image.composite(seal.getchannel("A"), Image.new("L", seal.size, 0), wear)
    seal.putalpha(alpha)
    return seal


def press_seal(page: Image.Image, seal: Image.Image, centre: tuple[float, float]) -> Image.Image:
    """Ink lies on ink: the seal multiplies with what is printed below it."""
    white = Image.new("RGB", seal.size, "white")
    white.paste(seal, mask=seal.getchannel("A"))
    left, top = round(centre[0] - seal.width / 2), round(centre[1] - seal.height / 2)
    area = (max(0, left), max(0, top), min(page.width, left + seal.width), min(page.height, top + seal.height))
    if area[2] <= area[0] or area[3] <= area[1]:
        return page
    from PIL import ImageChops

    cut = white.crop((area[0] - left, area[1] - top, area[2] - left, area[3] - top))
    out = page.convert("RGB").copy()
    out.paste(ImageChops.multiply(out.crop(area), cut), area[:2])
    return out
