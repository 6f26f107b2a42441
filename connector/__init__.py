"""Keeps leads in Salesforce and essensys Operate in step: no duplicates, no lost edits, previewed before written."""

__version__ = "0.1.0"
