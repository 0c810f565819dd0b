"""From rows to figures: pure. What is shown, and how sure it is, is decided here; how it looks is not."""
