"""The Salesforce client: leads of one org behind the port `Crm`. Its ways in are named here."""

from connector.crm.salesforce.client import SalesforceCrm
from connector.crm.salesforce.tokens import ClientCredentials, Credentials, JwtBearer

__all__ = ["ClientCredentials", "Credentials", "JwtBearer", "SalesforceCrm"]
