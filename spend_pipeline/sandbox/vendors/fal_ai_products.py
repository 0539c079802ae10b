"""What a fal.ai account of the sandbox buys: model endpoints, and machines for its own serverless apps."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Product:
    """One thing billed by the unit; `named` are the fields that say which, and differ between the two routes."""

    named: Mapping[str, Any]
    unit: str
    unit_price: Decimal
    weight: int
    percent_discount: int = 0


def _model(endpoint: str, unit: str, unit_price: str, weight: int, percent_discount: int = 0) -> Product:
    return Product({"endpoint_id": f"fal-ai/{endpoint}"}, unit, Decimal(unit_price), weight, percent_discount)


def _app(app: str, machine: str, unit_price: str, weight: int) -> Product:
    named = {"app": app, "environment": "main", "machine_type": machine, "is_surge": False}
    return Product(named, "second", Decimal(unit_price), weight)


# Prices and discounts are such that quantities and subtotals end after a few digits.
MODELS = (
    _model("flux/dev", "megapixels", "0.025", 9, percent_discount=20),
    _model("flux/schnell", "megapixels", "0.004", 4),
    _model("flux-pro/v1.1", "megapixels", "0.04", 7),
    _model("flux-pro/kontext", "images", "0.04", 5),
    _model("recraft/v3", "images", "0.04", 2),
    _model("ideogram/v3", "images", "0.08", 2, percent_discount=50),
    _model("kling-video/v2.1", "seconds", "0.05", 8),
    _model("veo3/fast", "seconds", "0.25", 6),
    _model("minimax/hailuo-02", "seconds", "0.05", 3),
    _model("whisper", "compute_seconds", "0.0005", 1),
    _model("elevenlabs/tts", "1000 characters", "0.1", 2),
    _model("esrgan", "compute_seconds", "0.00125", 1),
)
APPS = (_app("acme/upscaler", "GPU-A100", "0.00125", 4), _app("acme/thumbnails", "GPU-H100", "0.0005", 2))
