"""How fast the command line is, as ratios to yardsticks in the same run: `make bench`."""
