"""What the hosted job serves over HTTP: health, metrics, nudges. No decisions here, and no ledger of the worker's."""
