"""What happens to a page between the printer and the mailbox: scanner, fax, phone, seal.

Every channel takes a picture, a seed and a name, and gives the same picture for the same three.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from samples import ink
from samples.picture import Matrix, Picture, Pixels, pixels_of
from samples.seeds import noise_for, random_for

Shades = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
_TILE = 512
_STRIP = 64


def _image(array: Pixels) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(array))


def _warp(picture: Picture, matrix: Matrix, size: tuple[int, int], ground: tuple[int, int, int]) -> Picture:
    moved = cv2.warpPerspective(
        pixels_of(picture.image),
        matrix,
        size,
        flags=cv2.INTER_AREA if size[0] < picture.image.width else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=ground,
    )
    return picture.warp(matrix, _image(moved.astype(np.uint8)))


def _rotation(size: tuple[int, int], degrees: float, scale: float = 1.0) -> Matrix:
    flat = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), degrees, scale)
    return np.vstack([flat, [0.0, 0.0, 1.0]])


def add_noise(array: Pixels, seed: int, name: str, strength: float) -> Pixels:
    """Sensor noise, the same in the three colours; drawn once for a tile and repeated, which is much faster.

    Lighter and darker dots in turn: bytes that stop at 0 and 255 are added at a fraction of what wider numbers cost.
    """
    tile = noise_for(seed, name, "noise").normal(0, strength, (_TILE, _TILE)).astype(np.int16)
    colours = tile[:, :, None].repeat(3, axis=2)
    lighter, darker = (np.clip(part, 0, 255).astype(np.uint8) for part in (colours, -colours))
    noisy = np.empty_like(array)
    for top in range(0, array.shape[0], _TILE):
        for left in range(0, array.shape[1], _TILE):
            part = array[top : top + _TILE, left : left + _TILE]
            high, wide = part.shape[:2]
            lit = cv2.add(part, lighter[:high, :wide])
            noisy[top : top + high, left : left + wide] = cv2.subtract(lit, darker[:high, :wide])
    return noisy


def scan(
    picture: Picture, seed: int, name: str = "scan", *, skew_degrees: float | None = None, noise: float = 4.0
) -> Picture:
    """An office scanner at the page's own resolution: slight skew, paper tone, noise, JPEG.

    `noise` is its standard deviation in grey levels; below 2 the scanner also compresses harder, for small files.
    """
    rng = random_for(seed, name, "scan")
    degrees = rng.uniform(-1.5, 1.5) if skew_degrees is None else skew_degrees
    size = picture.image.size
    tone = tuple(rng.randrange(244, 253) for _ in range(3))
    turned = _warp(picture, _rotation(size, degrees), size, (255, 255, 255))
    toned = np.arange(256, dtype=np.uint16)[None, :, None] * np.array(tone, np.uint16) // 255
    array = cv2.LUT(pixels_of(turned.image), toned.astype(np.uint8))
    soft = cv2.GaussianBlur(array, (0, 0), rng.uniform(0.4, 0.7))
    return turned.evolve(
        image=_image(add_noise(soft.astype(np.uint8), seed, name, noise)),
        quality=rng.choice((75, 80, 88)) if noise >= 2 else 62,
    )


def skewed(picture: Picture, seed: int, name: str = "skewed") -> Picture:
    """A sheet that lay askew on the scanner's glass, by 5 to 15 degrees to either side; the glass is large enough."""
    rng = random_for(seed, name, "skew")
    degrees = rng.uniform(5, 15) * rng.choice((-1, 1))
    (width, height), turn = picture.image.size, _rotation(picture.image.size, degrees)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    turn[:2, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return scan(_warp(picture, turn, size, (255, 255, 255)), seed, name, skew_degrees=0.0)


def fax(picture: Picture, seed: int, name: str = "fax") -> Picture:
    """A fax at standard resolution (200 x 100 dpi) shown at 200 dpi: black and white, stepped, speckled."""
    rng = random_for(seed, name, "fax")
    width, height = picture.image.size
    turned = _warp(picture, _rotation((width, height), rng.uniform(-0.8, 0.8)), (width, height), (255, 255, 255))
    grey = cv2.cvtColor(pixels_of(turned.image), cv2.COLOR_RGB2GRAY)
    low = cv2.resize(grey, (width, height // 2), interpolation=cv2.INTER_AREA)
    black = np.where(low < 168, 0, 255).astype(np.uint8)
    speckle = noise_for(seed, name, "speckle").random(black.shape)
    black[speckle < 0.0006] = 0
    black[speckle > 0.9985] = 255
    tall = cv2.resize(black, (width, height), interpolation=cv2.INTER_NEAREST)
    return turned.evolve(image=_image(tall.astype(np.uint8)).convert("1", dither=Image.Dither.NONE))


def fine_fax(picture: Picture, seed: int, name: str = "fine fax") -> Picture:
    """A fax at fine resolution (200 x 200 dpi) or a scan in black and white: how dark a dot must be goes by the machine."""
    rng = random_for(seed, name, "fax")
    size = picture.image.size
    turned = _warp(picture, _rotation(size, rng.uniform(-0.8, 0.8)), size, (255, 255, 255))
    grey = cv2.cvtColor(pixels_of(turned.image), cv2.COLOR_RGB2GRAY)
    black = np.where(grey < rng.uniform(110, 210), 0, 255).astype(np.uint8)
    speckle = noise_for(seed, name, "speckle").random(black.shape)
    black[speckle < 0.0004] = 0
    black[speckle > 0.9996] = 255
    return turned.evolve(image=_image(black).convert("1", dither=Image.Dither.NONE))


def photo(
    picture: Picture,
    seed: int,
    name: str = "photo",
    *,
    blur_sigma: float | None = None,
    turn: int = 0,
    sheet: Pixels | None = None,
) -> Picture:
    """A phone's photo of the page on a desk, 2448 x 3264: perspective, shadow, warm light, slight blur, JPEG.

    `sheet` says how much of each dot of the picture is paper (0-255) where the page does not fill it.
    """
    rng = random_for(seed, name, "photo")
    landscape = picture.image.width > picture.image.height
    out = (3264, 2448) if landscape else (2448, 3264)
    matrix = _onto_desk(picture.image.size, out, seed, name)
    moved = _warp(picture, matrix, out, (0, 0, 0))
    paper = np.full((picture.image.height, picture.image.width), 255, np.uint8) if sheet is None else sheet
    mask = cv2.GaussianBlur(cv2.warpPerspective(paper, matrix, out), (0, 0), 1.2).astype(np.uint8)
    lit = _lay_on_desk(pixels_of(moved.image), mask, seed, name)
    sigma = rng.uniform(0.6, 1.1) if blur_sigma is None else blur_sigma
    noisy = add_noise(cv2.GaussianBlur(lit, (0, 0), sigma).astype(np.uint8), seed, name, 5.0)
    return moved.evolve(image=_image(noisy), dpi=72, turn=turn, quality=85)


def photo_turned(picture: Picture, seed: int, name: str = "turned", *, degrees: int = 90) -> Picture:
    """The same photo, turned by 90, 180 or 270 degrees and without an EXIF word about it."""
    return photo(picture, seed, name, turn=degrees)


def photo_blurred(picture: Picture, seed: int, name: str = "blurred") -> Picture:
    """Out of focus and moved: nothing can be read for sure."""
    soft = photo(picture, seed, name, blur_sigma=9.0)
    streak = np.zeros((25, 25), np.float32)
    streak[12, :] = 1 / 25
    return soft.evolve(image=_image(cv2.filter2D(pixels_of(soft.image), -1, streak).astype(np.uint8)), quality=70)


def stamped(picture: Picture, seed: int, text: str, name: str = "stamped") -> Picture:
    """A red round seal over the signature and, as happens, over some text above it."""
    rng = random_for(seed, name, "stamp")
    seal = ink.seal_image(text, round(picture.dpi * 1.6), rng)
    left, top, right, _ = picture.boxes.get("signed", (0.0, picture.image.height * 0.7, picture.image.width * 0.8, 0.0))
    centre = (left + (right - left) * rng.uniform(0.4, 1.1), top + picture.dpi * rng.uniform(0.1, 0.5))
    return picture.evolve(image=ink.press_seal(picture.image, seal, centre))


def _onto_desk(size: tuple[int, int], out: tuple[int, int], seed: int, name: str) -> Matrix:
    """The sheet's corners land near the picture's, a little askew."""
    rng = random_for(seed, name, "corners")
    fill = min(out[0] * 0.9 / size[0], out[1] * 0.9 / size[1])
    wide, high = size[0] * fill, size[1] * fill
    left, top = (out[0] - wide) / 2, (out[1] - high) / 2
    corners = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]
    reach = min(out) * 0.028
    shaken = [(x + rng.uniform(-reach, reach), y + rng.uniform(-reach, reach)) for x, y in corners]
    source = np.array([(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(source, np.array(shaken, np.float32)), dtype=np.float64)


def _lay_on_desk(moved: Pixels, mask: Pixels, seed: int, name: str) -> Pixels:
    """The page on the desk, in the room's light. A few rows of one colour at a time: they stay in the processor's cache."""
    out = (mask.shape[1], mask.shape[0])
    (base, grain), (field, warm) = _desk(out, seed, name), _light(out, seed, name)
    lit = []
    for page, colour, warmth in zip(cv2.split(moved), base, warm, strict=True):
        plane = np.empty_like(mask)
        for top in range(0, out[1], _STRIP):
            rows = slice(top, top + _STRIP)
            shown = mask[rows].astype(np.uint16)
            desk = np.clip(colour + grain[rows], 0, 255).astype(np.uint8)
            mixed = (page[rows] * shown + desk * (255 - shown)) // 255
            plane[rows] = (mixed.astype(np.float32) * (field[rows] * warmth)).clip(0, 255).astype(np.uint8)
        lit.append(plane)
    return np.asarray(cv2.merge(lit), dtype=np.uint8)


def _desk(out: tuple[int, int], seed: int, name: str) -> tuple[Shades, Shades]:
    """A desk of wood: its colour, and stripes along one direction, (height, width)."""
    rng, noise = random_for(seed, name, "desk"), noise_for(seed, name, "grain")
    base = np.array(rng.choice([(134, 98, 66), (96, 84, 78), (160, 136, 108), (70, 74, 82)]), np.float32)
    stripes = noise.normal(0, 9, (out[1] // 12, out[0] // 160)).astype(np.float32)
    return base, np.asarray(cv2.resize(stripes, out, interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _light(out: tuple[int, int], seed: int, name: str) -> tuple[Shades, Shades]:
    """A shadow gradient, (height, width), and how warm the light is in each colour."""
    rng = random_for(seed, name, "light")
    corners = np.array([[rng.uniform(0.72, 1.02) for _ in range(3)] for _ in range(3)], np.float32)
    field = cv2.resize(corners, out, interpolation=cv2.INTER_CUBIC)
    warm = np.array([1.0, rng.uniform(0.96, 0.995), rng.uniform(0.89, 0.97)], np.float32)
    return np.asarray(field, dtype=np.float32), warm
