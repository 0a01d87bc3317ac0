"""The pages about scenario files name every key of the language."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from jointsky.scenario import forces, raid, rules, schema
from jointsky.scenario.ground import Territory

DOCS = Path(__file__).parents[3] / "docs/look-up"
PAGE = "".join((DOCS / name).read_text("utf-8") for name in ("scenario.md", "ledgers.md"))
MODELS = [
    *(model for room in (forces, raid, schema) for model in vars(room).values() if isinstance(model, type)),
    rules.Roe,
    Territory,
]


@pytest.mark.parametrize(
    "model", [model for model in MODELS if issubclass(model, BaseModel)], ids=lambda model: model.__name__
)
def test_the_page_names_every_key(model: type[BaseModel]) -> None:
    unsaid = {"file"}  # how a bare file name of a territory is kept
    keys = {field.alias or name for name, field in model.model_fields.items()} - unsaid
    missing = sorted(key for key in keys if f"{key}" not in PAGE)
    assert missing == []
