"""The ledger: what the connector remembers about every lead between two cycles."""
