"""Reads of this slice: each figure with how many it counts, of what its viewer may see."""
