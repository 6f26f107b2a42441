"""The pure core: what two sides hold, what they last agreed on, and what to do about the difference.

No clock, no I/O, no logging. It is symmetric: it knows two sides and never asks which is which.
"""
