"""viz: pictures of fits and their steps, one file for each room. Matplotlib is the caller's: axes are passed in."""
