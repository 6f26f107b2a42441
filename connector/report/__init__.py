"""Plans and outcomes as text for a terminal, as JSON and as one HTML page. No decisions here.

Values come from CRMs, so they are hostile: everything shown goes through `words.plain` first.
"""
