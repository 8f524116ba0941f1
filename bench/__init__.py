"""How fast the things are that people wait for. `make bench` prints medians."""
