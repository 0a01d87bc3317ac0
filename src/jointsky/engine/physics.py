"""The physics that `world.build` is handed: radar equation, detection statistics, fly-out and site errors from their rooms."""

from jointsky import sensing, truth
from jointsky.world.physics import Physics

PHYSICS = Physics(
    snr_ref_db=sensing.type_snr_ref_db,
    range_m=sensing.type_range_m,
    detection=sensing.build_detection,
    flyout=truth.build_flyout,
    draw_biases=sensing.draw_biases,
)
"""The built-in physics."""
