"""The words every floor speaks: integer codes, record dtypes and frozen messages."""
