"""One dimension: windows, their counts, and the sets of sizes that follow."""
