"""What is known of a square on a map of a region: nobody has asked yet, it lies outside or inside as a whole, or an
edge goes through it.
"""

NOT_ASKED, OUTSIDE, INSIDE, EDGE = -1, 0, 1, 2
