"""Meaning to orders: what threatens most, who may act, who acts best."""
