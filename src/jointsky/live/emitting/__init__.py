"""What a recorded run's sensors and posts would have sent, in the formats of other systems: written as a capture, or
sent as they would have come.
"""
