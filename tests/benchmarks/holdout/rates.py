"""Every rate of the population, fixed in advance; SETTINGS.md says where each comes from."""

from dataclasses import dataclass

# Who there is
BOTH_SIDES = 0.60
LEFT_ONLY = 0.20
TWICE = 0.003
ORIGINS = {
    "british": 0.58,
    "irish": 0.06,
    "american": 0.06,
    "german": 0.05,
    "dutch": 0.04,
    "french": 0.04,
    "spanish": 0.03,
    "polish": 0.035,
    "asian": 0.06,
    "arabic": 0.02,
    "nigerian": 0.012,
    "chinese": 0.013,
}
HOME_COUNTRY = {
    "british": "GB",
    "irish": "IE",
    "american": "US",
    "german": "DE",
    "dutch": "NL",
    "french": "FR",
    "spanish": "ES",
    "polish": "PL",
    "asian": "GB",
    "arabic": "GB",
    "nigerian": "GB",
    "chinese": "GB",
}
LIVES_IN_BRITAIN = {"polish": 0.55, "irish": 0.20, "american": 0.12}
LIVES_IN_BRITAIN_ELSE = 0.22
WOMAN = 0.46
FREELANCER = 0.14
FAMILY = 0.04
LIKE_FIRST_COLLEAGUE = 0.30
LOCAL_COLLEAGUE = 0.85

# Firms
FIRM_POWER = 2.3
FIRM_LARGEST = 60
SERVICED = 0.40
BUILDING_PER_LEADS = 110
TRADING_NAME = 0.05
FIRM_RELATIVES = 0.05
FIRM_NAMESAKES = 0.0025
PERSONS_PER_SITE = 14

# Families
FAMILY_FORMS = {"couple": 0.50, "siblings": 0.17, "twins": 0.10, "parent": 0.23}
HEIR = 0.25
FAMILY_FIRM = 0.40
SHARED_LANDLINE = 0.70
SHARED_MOBILE = 0.06
SHARED_MAILBOX = 0.10
SUFFIX_KNOWN = 0.50
SUFFIX_WRITTEN = 0.50
OTHER_SURNAME_COUPLE = 0.30

# Go-betweens
BROKERED = 0.04
ASSISTED = 0.015
BY_GO_BETWEEN = 0.55
GO_BETWEEN_PHONE = 0.75
ROLE_MAILBOX = 0.045
ROLE_MAILBOX_AGAIN = 0.55
FOUNDER = 0.01

# Time between two records of a person
SAME_ENQUIRY = 0.25
NO_GAP = 0.35
GAP_YEARS = 1.6
JOB_CHANGE = 0.095
FIRM_MOVE = 0.14
HOUSE_MOVE = 0.09
SURNAME_CHANGE = 0.014
NEW_MOBILE = 0.06
NEW_HOME_MAIL = 0.03
NEW_DIRECT = 0.08

# E-mail
ALWAYS_PRIVATE = 0.20
SOMETIMES_PRIVATE = 0.15
FREELANCER_PRIVATE = 0.78
MAIL_TAG = 0.012
MAIL_DOTS = 0.02
MAIL_CAPITAL = 0.04

# Names
GOES_BY_SHORT = 0.38
OTHER_FORM = 0.12
DOUBLE_SURNAME = 0.02
HALF_SURNAME = 0.35
HALF_SURNAME_SPANISH = 0.50
MIDDLE = 0.03
SWAPPED = 0.006
SWAPPED_CHINESE = 0.10
SWAPPED_ELSEWHERE = 0.02
ONE_FIELD = 0.012
ENGLISH_NAME = 0.35
ENGLISH_NAME_USED = 0.55
ROMANISED_OTHERWISE = 0.08

# Placeholders, per record
PLACEHOLDER = 0.012


@dataclass(frozen=True)
class Channel:
    """How records that came in one way are filled in."""

    slip: float
    """Chance of a typing slip per name, company or street."""
    digit: float
    """Chance of a wrong digit per telephone number, and of a slip per e-mail address."""
    misheard: float
    """Chance that a name with a common other spelling is written in it."""
    initial: float
    title: float
    unnamed: float
    """Chance that one half of the name is missing."""
    lower: float
    upper: float
    plain: float
    """Chance that accents are left out."""
    mail: float
    phone: float
    both_phones: float
    company: float
    address: float
    city: float
    website: float


CHANNELS = {
    "web": Channel(
        slip=0.010,
        digit=0.010,
        misheard=0.0,
        initial=0.015,
        title=0.008,
        unnamed=0.020,
        lower=0.050,
        upper=0.015,
        plain=0.40,
        mail=0.99,
        phone=0.84,
        both_phones=0.06,
        company=0.84,
        address=0.15,
        city=0.45,
        website=0.06,
    ),
    "staff": Channel(
        slip=0.022,
        digit=0.015,
        misheard=0.035,
        initial=0.030,
        title=0.020,
        unnamed=0.035,
        lower=0.015,
        upper=0.010,
        plain=0.75,
        mail=0.84,
        phone=0.82,
        both_phones=0.30,
        company=0.90,
        address=0.45,
        city=0.60,
        website=0.25,
    ),
    "list": Channel(
        slip=0.006,
        digit=0.006,
        misheard=0.0,
        initial=0.020,
        title=0.040,
        unnamed=0.005,
        lower=0.0,
        upper=0.040,
        plain=0.55,
        mail=0.93,
        phone=0.65,
        both_phones=0.35,
        company=0.99,
        address=0.80,
        city=0.90,
        website=0.55,
    ),
}
LEFT_CHANNELS = {"web": 0.52, "staff": 0.33, "list": 0.15}
RIGHT_CHANNELS = {"web": 0.66, "staff": 0.29, "list": 0.05}
CARE = {0.4: 0.50, 1.0: 0.38, 3.0: 0.12}
