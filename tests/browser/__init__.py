"""The UI in a real chromium. A package, so that what its tests share ends with the last of them."""
