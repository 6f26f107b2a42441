"""The two CRMs behind one port, and a strict in-memory fake of both."""
