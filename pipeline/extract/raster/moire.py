"""Photos of a screen without the coloured waves (moiré) in which two grids of dots beat.

Each dot of a sensor sees one colour, and red, green and blue of a screen stand side by side: the waves of the three colours
differ, while paper and black ink have no colour at all. So grey is mixed of the three such that the waves are least
(minimum variance under weights that sum up to one, so that what is grey stays as it is); mostly that is green,
of which a sensor has twice as many dots.

Measured as the spread of colour within pieces of paper, in levels of 255: photos of screens 6.6 to 21; scans, photos of
paper, carbon copies and screenshots 1.0 at most.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.decode import Rgb
from pipeline.extract.raster.ink import wide_redness

#: Spread of colour from which a picture shows a screen; dim photos have some noise of colours.
_WAVES: Final = 4.0
#: Side of a piece of the picture, and how many are looked at along a side of the picture.
_PIECE_PX: Final = 48
_ALONG: Final = 16
#: The calmer pieces are paper without ink.
_CALM: Final = 0.4
#: Variance that noise has in each colour anyway: no colour gets a large weight against another for less.
_NOISE: Final = 0.5
#: Redder than this, beyond what waves are, is a seal.
_RED: Final = 45
_SPREADS: Final = 3.0
#: A dot seen without its own colours: R, G and B less their mean.
_COLOUR: Final = np.eye(3) - 1 / 3
#: Of dots in rows, divided by their number.
_COVARIANCE: Final = cv2.COVAR_NORMAL | cv2.COVAR_ROWS | cv2.COVAR_SCALE
Spreads = npt.NDArray[np.float64]


def without_moire(rgb: Rgb) -> Rgb:
    """The picture in grey without waves, seals left red; the very picture where it shows no waves."""
    spreads = _spreads(rgb)
    colour = (
        float(np.median(np.sqrt(np.einsum("ai,nij,aj->n", _COLOUR, spreads, _COLOUR).clip(0)))) if len(spreads) else 0.0
    )
    if colour < _WAVES:
        return rgb
    mixed = cv2.transform(rgb, _weights(spreads)[None, :])
    grey = np.repeat(np.asarray(mixed, dtype=np.uint8)[:, :, None], 3, axis=2)
    red = wide_redness(rgb) > _RED + _SPREADS * colour
    grey[red] = rgb[red]
    return grey


def _spreads(rgb: Rgb) -> Spreads:
    """Of pieces all over the picture: how the colours vary within each and together, (pieces, 3, 3)."""
    high, wide = rgb.shape[:2]
    tops = np.linspace(0, high - _PIECE_PX, _ALONG).astype(int)
    lefts = np.linspace(0, wide - _PIECE_PX, _ALONG).astype(int)
    if min(high, wide) < _PIECE_PX:
        return np.zeros((0, 3, 3))
    pieces = [rgb[t : t + _PIECE_PX, left : left + _PIECE_PX].reshape(-1, 3) for t in tops for left in lefts]
    dots = np.stack(pieces)
    if np.array_equal(dots[..., 0], dots[..., 1]) and np.array_equal(dots[..., 0], dots[..., 2]):
        return np.zeros((0, 3, 3))  # a picture in grey
    spreads = [cv2.calcCovarMatrix(piece, np.empty(0), _COVARIANCE, ctype=cv2.CV_64F)[0] for piece in pieces]
    return np.array(spreads, np.float64)


def _weights(spreads: Spreads) -> npt.NDArray[np.float64]:
    """How much of each colour makes the grey with the least waves on paper."""
    bright = spreads.mean(axis=(1, 2))
    paper = np.median(spreads[bright <= np.quantile(bright, _CALM)], axis=0) + _NOISE * np.eye(3)
    weights = np.linalg.solve(paper, np.ones(3))
    return np.asarray(weights / weights.sum(), dtype=np.float64)
