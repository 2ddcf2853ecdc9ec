"""Mechanisms without a domain noun; everything here could serve another business."""
