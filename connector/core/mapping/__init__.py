"""The mapping: how native fields of both sides become values of rules, and back."""
