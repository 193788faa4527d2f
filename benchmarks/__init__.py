"""What linli's speed is measured with. ``python -m benchmarks --help`` tells the rest.

Importing this package does nothing, so that the environment of the compared program, which has
none of linli's dependencies, can import :mod:`benchmarks.words` too.
"""
