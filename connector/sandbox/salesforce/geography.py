"""State and Country/Territory picklists: codes, integration values, and how Salesforce keeps them in step.

Source: Help, "State and Country/Territory Picklist Field-Syncing Logic" and "Integration Values for State and
Country/Territory Picklists". Like a new org, only some countries come with states; for the others any state
is refused. The lists are a part of Salesforce's own.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from .errors import refused

_COUNTRY_LIST = (
    "AE=United Arab Emirates|AT=Austria|AU=Australia|BE=Belgium|BR=Brazil|CA=Canada|CH=Switzerland|CN=China"
    "|CZ=Czech Republic|DE=Germany|DK=Denmark|ES=Spain|FI=Finland|FR=France|GB=United Kingdom|HK=Hong Kong"
    "|IE=Ireland|IN=India|IT=Italy|JP=Japan|LU=Luxembourg|MX=Mexico|NL=Netherlands|NO=Norway|NZ=New Zealand"
    "|PL=Poland|PT=Portugal|SE=Sweden|SG=Singapore|US=United States|ZA=South Africa"
)
COUNTRIES: Mapping[str, str] = dict(pair.split("=") for pair in _COUNTRY_LIST.split("|"))
STATES: Mapping[str, Mapping[str, str]] = {
    country: dict(pair.split("=") for pair in text.split("|"))
    for country, text in {
        "US": "AL=Alabama|AK=Alaska|AZ=Arizona|AR=Arkansas|CA=California|CO=Colorado|CT=Connecticut|DE=Delaware"
        "|DC=District of Columbia|FL=Florida|GA=Georgia|HI=Hawaii|ID=Idaho|IL=Illinois|IN=Indiana|IA=Iowa"
        "|KS=Kansas|KY=Kentucky|LA=Louisiana|ME=Maine|MD=Maryland|MA=Massachusetts|MI=Michigan|MN=Minnesota"
        "|MS=Mississippi|MO=Missouri|MT=Montana|NE=Nebraska|NV=Nevada|NH=New Hampshire|NJ=New Jersey"
        "|NM=New Mexico|NY=New York|NC=North Carolina|ND=North Dakota|OH=Ohio|OK=Oklahoma|OR=Oregon"
        "|PA=Pennsylvania|RI=Rhode Island|SC=South Carolina|SD=South Dakota|TN=Tennessee|TX=Texas|UT=Utah"
        "|VT=Vermont|VA=Virginia|WA=Washington|WV=West Virginia|WI=Wisconsin|WY=Wyoming",
        "CA": "AB=Alberta|BC=British Columbia|MB=Manitoba|NB=New Brunswick|NL=Newfoundland and Labrador"
        "|NS=Nova Scotia|NT=Northwest Territories|NU=Nunavut|ON=Ontario|PE=Prince Edward Island|QC=Quebec"
        "|SK=Saskatchewan|YT=Yukon Territories",
        "AU": "ACT=Australian Capital Territory|NSW=New South Wales|NT=Northern Territory|QLD=Queensland"
        "|SA=South Australia|TAS=Tasmania|VIC=Victoria|WA=Western Australia",
        "IE": "CW=Carlow|CN=Cavan|CE=Clare|CO=Cork|DL=Donegal|D=Dublin|G=Galway|KY=Kerry|KE=Kildare|KK=Kilkenny"
        "|LS=Laois|LM=Leitrim|LK=Limerick|LD=Longford|LH=Louth|MO=Mayo|MH=Meath|MN=Monaghan|OY=Offaly"
        "|RN=Roscommon|SO=Sligo|TA=Tipperary|WD=Waterford|WH=Westmeath|WX=Wexford|WW=Wicklow",
    }.items()
}


def state_codes() -> Iterator[tuple[str, str, str]]:
    """Every (code, name, country code) of a state, in order; a code may occur in several countries."""
    for country, states in STATES.items():
        for code, name in states.items():
            yield code, name, country


def keep_in_step(record: MutableMapping[str, Any], changed: frozenset[str]) -> None:
    """Make code and text of country and state agree in a record about to be saved. Raises `Refused`."""
    if not changed & {"Country", "CountryCode", "State", "StateCode"}:
        return
    _agree(record, changed, "Country", COUNTRIES, "country/territory")
    country = record.get("CountryCode")
    if country is None and changed & {"Country", "CountryCode"} and not changed & {"State", "StateCode"}:
        record["State"] = record["StateCode"] = None
    if country is None and (record.get("State") or record.get("StateCode")):
        message = "A country/territory must be specified before specifying a state value for field: State/Province"
        raise refused("FIELD_INTEGRITY_EXCEPTION", message, "State")
    if country is not None and changed & {"Country", "CountryCode"} and not changed & {"State", "StateCode"}:
        changed |= {"StateCode"} if record.get("StateCode") else set()
    _agree(record, changed, "State", STATES.get(country or "", {}), "state")


def _agree(
    record: MutableMapping[str, Any], changed: frozenset[str], name: str, known: Mapping[str, str], what: str
) -> None:
    code_field = f"{name}Code"
    code, text = record.get(code_field), record.get(name)
    by_text = {value.casefold(): key for key, value in known.items()}
    by_code = {key.casefold(): key for key in known}
    if code_field in changed:
        chosen = None if code is None else by_code.get(code.casefold())
        wrong = code is not None and chosen is None
        # Both given: they must say the same.
        wrong = wrong or (name in changed and (text or "").casefold() != known.get(chosen or "", "").casefold())
    elif name in changed:
        # An integration value; Salesforce takes a code in the text field too.
        key = (text or "").casefold()
        chosen = by_text.get(key) or by_code.get(key)
        wrong = text is not None and chosen is None
    else:
        return
    if wrong:
        field = name if name in changed else code_field
        valid = f"from the list of valid {'states' if name == 'State' else 'countries/territories'}.: {name}"
        message = (
            f"There's a problem with this {what}, even though it may appear correct. Please select a {what} {valid}"
        )
        raise refused("FIELD_INTEGRITY_EXCEPTION", message, field)
    record[code_field], record[name] = chosen, known.get(chosen) if chosen else None
