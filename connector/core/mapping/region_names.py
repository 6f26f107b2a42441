"""Names of countries and states that ISO 3166 does not have: Salesforce's own, everyday ones, other spellings.

Data only. "In Salesforce" is what the text fields Country and State hold where State and Country/Territory Picklists
are on: "Integration values … default to the full ISO-standard names" (Help, State, Country, and Territory Picklist
Fields), but for those that exported address settings (AddressSettings of the Metadata API) show under other names.
"""

COUNTRY_IN_SALESFORCE = {
    "AX": "Aland Islands",
    "CD": "Congo, the Democratic Republic of the",
    "CI": "Cote d'Ivoire",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "PS": "Palestine",
    "RE": "Reunion",
    "TR": "Turkey",
    "TW": "Taiwan",
    "XK": "Kosovo",
}
"""XK is no ISO code, but a code left free for users; Salesforce has it."""

EVERYDAY_COUNTRY = {
    "BN": "Brunei",
    "CD": "Democratic Republic of the Congo",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "MF": "Saint Martin",
    "PS": "Palestine",
    "RU": "Russia",
    "SX": "Sint Maarten",
    "TR": "Turkey",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "US Virgin Islands",
    "XK": "Kosovo",
}
"""Where ISO's short name is not what people write; pycountry's common names (Bolivia, South Korea, …) come besides."""

OTHER_COUNTRY_NAMES = {
    "AE": ("UAE", "Emirates"),
    "AT": ("Österreich",),
    "BA": ("Bosnia",),
    "BE": ("België", "Belgique", "Belgien"),
    "BR": ("Brasil",),
    "CD": ("DR Congo", "DRC"),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CZ": ("Česko",),
    "DE": ("Deutschland",),
    "DK": ("Danmark",),
    "ES": ("España",),
    "FI": ("Suomi",),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "HR": ("Hrvatska",),
    "HU": ("Magyarország",),
    "IE": ("Éire", "Republic of Ireland"),
    "IT": ("Italia",),
    "KN": ("St Kitts and Nevis",),
    "LC": ("St Lucia",),
    "LU": ("Luxemburg",),
    "MK": ("Macedonia", "Macedonia, the former Yugoslav Republic of"),
    "MM": ("Burma",),
    "MO": ("Macau",),
    "NL": ("Holland", "Nederland"),
    "NO": ("Norge",),
    "PL": ("Polska",),
    "SE": ("Sverige",),
    "SI": ("Slovenija",),
    "SK": ("Slovensko",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "US": ("America",),
    "VA": ("Vatican",),
    "VC": ("St Vincent and the Grenadines",),
}

STATE_IN_SALESFORCE = {"CA-YT": "Yukon Territories", "US-VI": "US Virgin Islands"}

OTHER_STATE_NAMES = {
    "CA-NL": ("Newfoundland",),
    "CA-PE": ("PEI",),
    "CA-YT": ("Yukon Territory",),
    "US-DC": ("Washington DC",),
}
