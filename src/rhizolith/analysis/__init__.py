"""Statistics across tables: compare, ordinate, forest, paths and networks."""
