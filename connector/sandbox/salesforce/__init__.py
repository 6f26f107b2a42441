"""A stand-in for a Salesforce org: enough of REST, SOQL, Composite and Bulk API 2.0 to keep leads in step with.

Everything it does follows Salesforce's own guides (named where it is done) or, where those are silent, what
public issue threads report. It imports the standard library, PyJWT for the JWT bearer flow, and the sandbox's
own HTTP base; nothing of the connector, so that an error in the connector cannot hide here too.
"""

from .app import Salesforce
from .config import Automation, CustomField, DuplicateRule, SalesforceConfig, ValidationRule
from .errors import ApiError, Problem, Refused

__all__ = [
    "ApiError",
    "Automation",
    "CustomField",
    "DuplicateRule",
    "Problem",
    "Refused",
    "Salesforce",
    "SalesforceConfig",
    "ValidationRule",
]
