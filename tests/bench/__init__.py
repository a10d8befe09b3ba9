"""`make bench`: what is measured of the real program, each measure beside its budget."""
