"""工单: lists of the 12345 hotline and of the grid platform, taken in whole and answered in their own layout."""
