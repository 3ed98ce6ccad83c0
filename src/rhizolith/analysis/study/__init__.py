"""The answer of an experiment: what treatments did, who carries it, how the pieces hang together, how sure that is."""
