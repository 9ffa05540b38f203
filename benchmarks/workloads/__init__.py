"""One short file each: what is raced, and who runs."""
