"""Local stand-ins for both CRMs, served over real HTTP.

An island: nothing here imports anything else of the connector, so that a stand-in can never share
a misunderstanding with the client it is there to test.
"""
