"""The switches of the stand-in: how this tenant is set up, and which reading of the reference it follows.

Imports nothing of ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Rewrite = Callable[[str | None], str]


@dataclass(frozen=True)
class Workflow:
    """An automation of the tenant: it changes a lead a moment after somebody else has written it.

    It applies when all of `when` (stored values) hold after the write, and then stores `change` (a value, or a
    function of the present one) `after` seconds later, signed "Workflow". A workflow starts no further workflow.
    Source: help page "Workflows Overview"; the delay is not documented.
    """

    change: Mapping[str, str | Rewrite]
    when: Mapping[str, str] = field(default_factory=dict)
    on: Literal["create", "update", "both"] = "both"
    after: float = 1.0


@dataclass(frozen=True)
class OperateConfig:
    """One tenant. The defaults are the plainest reading of the reference.

    The tenant's own choices: `required` fields of a lead, the custom field `counterpart_field` (None: it has none),
    `workflows`, `auto_assign` (location id to user id), the credentials, `signature` (what the API user's writes are
    signed with), `users_endpoint` (False: no such object).

    What is not documented: `update_verb`, `id_place` (where an update's id must stand), `page_limit` (most records
    of an answer), `records_per_put`, `name_fields_in_errors` and `errors_as` (a refusal's wording and its HTTP
    status, 400 or 200), `updatedate_on_create`, `filter_timezone` and `write_timezone` (how a date without an
    offset is read), `empty_as` (the records' key in a read of nothing), `where_like`, `where_or` (operators),
    `unknown_fields` (what a name in `fields=` does that this tenant has not), `twinless` (look-ups of a lead that
    never show their label), `refresh_grant`, and what may happen to a value: `lowercase_email`, `cut_long_values`.
    """

    required: tuple[str, ...] = ("locationname",)
    counterpart_field: str | None = "ud_salesforceid"
    workflows: tuple[Workflow, ...] = ()
    auto_assign: Mapping[str, str] = field(default_factory=dict)
    users_endpoint: bool = True

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-client-secret"
    username: str = "connector@operate.example"
    password: str = "sandbox-password"
    signature: str = "Integration User"
    refresh_grant: bool = True

    update_verb: Literal["POST", "PUT"] = "POST"
    id_place: Literal["path", "body", "either"] = "either"
    records_per_put: int = 1
    name_fields_in_errors: bool = True
    errors_as: Literal["http", "status"] = "http"
    updatedate_on_create: bool = True
    write_timezone: str = "UTC"
    lowercase_email: bool = False
    cut_long_values: bool = False

    page_limit: int = 500
    filter_timezone: str = "UTC"
    empty_as: Literal["missing", "null", "list"] = "missing"
    where_like: bool = False
    where_or: bool = False
    unknown_fields: Literal["refused", "omitted"] = "refused"
    twinless: tuple[str, ...] = ("broker", "agentcontact", "campaign_id", "clienttype", "region_id")
