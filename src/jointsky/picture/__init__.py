"""Tracks to meaning: what a track is, whether it violates a border, what to tell the watch officer."""
