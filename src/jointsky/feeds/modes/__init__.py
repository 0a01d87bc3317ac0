"""Mode S and ADS-B: recordings of several forms to frames, frames to fields, compact positions to places, and checks of
what can be believed."""
