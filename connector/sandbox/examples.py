"""What a person can do to the running stand-ins with curl: look, make a lead, edit one on each side.

Imports the sandbox only.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from .serve import Sandbox

_TOKEN = r"""sed 's/.*"access_token": *"\([^"]*\)".*/\1/'"""


@dataclass(frozen=True)
class Example:
    """One command for a shell, and what it does."""

    what: str
    command: str


def curl_examples(sandbox: Sandbox) -> list[Example]:
    """Commands in order: of each side a token, a query, a new lead and an edit (where it has a lead), the journal.

    The token of a side is kept in the shell's variable SALESFORCE or OPERATE.
    """
    return [*_salesforce(sandbox), *_operate(sandbox)]


def edited(sandbox: Sandbox) -> tuple[str, str]:
    """The records that the examples edit, one a side and two different people where there are; "" for none."""
    pairs = [pair for pair in sandbox.population.shared if not set(pair) & set(sandbox.population.lookalikes)]
    if len(pairs) > 1:
        return pairs[0][0], pairs[1][1]
    return next(iter(sandbox.salesforce.leads()), ""), next(iter(sandbox.operate.leads()), "")


def _salesforce(sandbox: Sandbox) -> Iterator[Example]:
    values = sandbox.settings
    root = f"{values['SALESFORCE_URL']}/services/data/v67.0"
    soql = quote("SELECT Id, Name, Email, City FROM Lead ORDER BY SystemModstamp DESC LIMIT 3")
    curl = 'curl -s -H "Authorization: Bearer $SALESFORCE"'
    form = _form(grant_type="client_credentials", **_client(values, "SALESFORCE"))
    yield Example(
        "A token of Salesforce, for the next lines; it is good for two hours",
        f"SALESFORCE=$(curl -s {values['SALESFORCE_URL']}/services/oauth2/token {form} | {_TOKEN})",
    )
    yield Example("The three leads of Salesforce that changed last", f"{curl} {shlex.quote(f'{root}/query?q={soql}')}")
    new = {"LastName": "Achterberg", "FirstName": "Noor", "Company": "Achterberg Studio"}
    yield Example(
        "A new lead in Salesforce",
        f"{curl} {root}/sobjects/Lead {_json({**new, 'Email': 'noor@achterberg.example'})}",
    )
    if here := edited(sandbox)[0]:
        yield Example(
            "Somebody edits a lead in Salesforce (the answer is empty)",
            f"{curl} -X PATCH {root}/sobjects/Lead/{here} {_json({'City': 'Bristol'})}",
        )


def _operate(sandbox: Sandbox) -> Iterator[Example]:
    values = sandbox.settings
    root = f"{values['OPERATE_URL']}/api/1.0/lead"
    where = quote("[creationdate]>='2017-05-01'")
    curl = 'curl -s -H "Authorization: Bearer $OPERATE"'
    yield Example(
        "A token of Operate, for the next lines; it is good for two minutes",
        f"OPERATE=$(curl -s {values['OPERATE_URL']}/oauth2/token {_form(**_operate_login(values))} | {_TOKEN})",
    )
    yield Example("Three leads of Operate", f"{curl} {shlex.quote(f'{root}?where={where}&startrecord=1&endrecord=3')}")
    yield Example(
        "A new lead in Operate",
        f"{curl} -X PUT {root} {_data(locationname='4', leadname='Example Ltd', lastname='Doe')}",
    )
    if there := edited(sandbox)[1]:
        change = _data(leadid=there, town="Leeds")
        yield Example(
            "Somebody edits a lead in Operate",
            f"{curl} -X {sandbox.operate.config.update_verb} {root}/{there} {change}",
        )
    yield Example("Every request so far", f"curl -s {values['OPERATE_URL']}/_sandbox/journal")


def _client(values: Mapping[str, str], side: str) -> dict[str, str]:
    return {"client_id": values[f"{side}_CLIENT_ID"], "client_secret": values[f"{side}_CLIENT_SECRET"]}


def _operate_login(values: Mapping[str, str]) -> dict[str, str]:
    person = {"username": values["OPERATE_USERNAME"], "password": values["OPERATE_PASSWORD"]}
    return {"grant_type": "password", "scope": "hubapi", **_client(values, "OPERATE"), **person}


def _form(**fields: str) -> str:
    return " ".join(f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in fields.items())


def _json(fields: Mapping[str, str]) -> str:
    return f"-H 'Content-Type: application/json' -d {shlex.quote(json.dumps(fields))}"


def _data(**lead: str) -> str:
    return f"--data-urlencode {shlex.quote('data=' + json.dumps({'leads': [lead]}))}"
