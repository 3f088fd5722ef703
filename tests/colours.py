"""Measures of colours: contrast, difference for every colour vision, what a grey print leaves."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

# Machado, Oliveira, Fernandes (2009), IEEE TVCG 15(6): severity 1.0, applied to linear RGB.
_DEFICIENCY: Final = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
VISIONS: Final = tuple(_DEFICIENCY)

_RGB_TO_XYZ: Final = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE_D65: Final = (0.95047, 1.0, 1.08883)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours (WCAG 2.1), between 1 and 21."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def lightness(colour: str) -> float:
    """CIELAB lightness: 0 is black, 100 is white; what remains in a grey print."""
    return float(_lab(_linear(colour))[0])


def grey(colour: str) -> str:
    """The grey that a printer without colour makes of it: the same luminance (WCAG 2.1, relative luminance)."""
    linear = _luminance(colour)
    channel = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return f"#{round(channel * 255):02x}" + f"{round(channel * 255):02x}" * 2


def smallest_difference(colours: Sequence[str], *, vision: str = "normal") -> float:
    """Smallest CIE76 colour difference within a set, as seen with a colour vision deficiency.

    Parameters
    ----------
    vision
        One of :data:`VISIONS`. About 2.3 is just noticeable; above 10 is told apart at a glance.
    """
    matrix = np.array(_DEFICIENCY[vision])
    seen = [_lab(np.clip(matrix @ _linear(colour), 0, 1)) for colour in colours]
    return min(float(np.linalg.norm(one - other)) for position, one in enumerate(seen) for other in seen[:position])


def _linear(colour: str) -> npt.NDArray[np.float64]:
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    return float(np.dot(_RGB_TO_XYZ[1], _linear(colour)))


def _lab(linear: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    scaled = (np.array(_RGB_TO_XYZ) @ linear) / np.array(_WHITE_D65)
    curve = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    x, y, z = curve
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
