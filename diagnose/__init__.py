"""The core: from what an operator has to a diagnosis. Imports `kb`, never `tui`."""
