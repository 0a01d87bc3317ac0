"""Plots to tracks: frames, filters, association and the life of tracks."""
