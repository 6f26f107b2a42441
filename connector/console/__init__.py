"""The console: pages of the hosted job for people who use no terminal. No decisions here; it calls what the commands
call, opens a ledger for each request by itself, and shows every value of a CRM escaped and bounded.
"""
