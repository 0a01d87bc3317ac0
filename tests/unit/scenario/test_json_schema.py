"""The JSON Schema and the listing of types."""

import json

from jointsky import catalogue
from jointsky.scenario.json_schema import json_schema, type_rows, value_rows
from jointsky.scenario.schema import Document


def test_the_schema_names_every_key_and_every_type_field() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == set(Document.model_fields)
    assert schema["additionalProperties"] is False
    assert "frequency" in schema["$defs"]["type-radar"]["properties"]
    assert "pattern" in schema["properties"]["duration"]["anyOf"][0]
    json.dumps(schema)


def test_every_reference_of_the_schema_is_defined() -> None:
    schema = json_schema()
    text = json.dumps(schema)
    wanted = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert wanted and wanted <= set(schema["$defs"])


def test_types_are_listed_with_their_numbers() -> None:
    rows = type_rows(catalogue.load())
    assert len(rows) == len(catalogue.load().types)
    row = next(row for row in rows if row["name"] == "cruise_missile")
    assert row["kind"] == "aircraft" and "rcs 0.1 m2" in row["numbers"]


def test_values_are_listed_with_their_source() -> None:
    rows = {row["value"]: row for row in value_rows(catalogue.load(), "sam_long")}
    assert rows["range_max"] == {"value": "range_max", "is": "100 km", "source": "notional"}
    assert rows["pk.bomber"]["is"] == "85 %"
