"""Pages, pictures, code and notebooks: projections of laws, layers and networks."""
