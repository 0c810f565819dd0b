"""Training and evaluation of the reader of texts. Needs the development libraries (scikit-learn)."""
