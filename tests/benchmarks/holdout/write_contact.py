"""How e-mail addresses and telephone numbers come to stand in a record."""

from tests.benchmarks.holdout import rates
from tests.benchmarks.holdout.draw import Rng, often, one_of
from tests.benchmarks.holdout.mail import mistyped
from tests.benchmarks.holdout.model import Person
from tests.benchmarks.holdout.phones import Number, misdialled, written
from tests.benchmarks.holdout.write_name import Hand

_TAGS = ["office", "work", "desk", "enquiry", "spaces", "coworking", "meeting"]


def email(person: Person, at_other: bool, by_between: bool, hand: Hand, rng: Rng) -> str:
    """Return the e-mail address of a record; nothing if none was given."""
    if not often(rng, hand.channel.mail):
        return ""
    if by_between and person.between is not None:
        address = person.between.mail
    elif person.firm is not None and person.role_mail and often(rng, rates.ROLE_MAILBOX_AGAIN):
        address = person.firm.role
    elif person.firm is None or often(rng, person.private):
        address = _varied(person.home_mail, rng)
    else:
        address = person.other_mail if at_other else person.work_mail
    if hand.errs(rng, hand.channel.digit):
        address = mistyped(address, rng)
    if often(rng, rates.MAIL_CAPITAL):
        address = rng.choice([address.capitalize(), address.capitalize(), address.upper()])
    return address


def _varied(address: str, rng: Rng) -> str:
    local, domain = address.split("@")
    if domain in ("gmail.com", "googlemail.com"):
        if often(rng, rates.MAIL_TAG):
            local += "+" + rng.choice(_TAGS)
        elif often(rng, rates.MAIL_DOTS):
            place = rng.randrange(1, len(local))
            local = local.replace(".", "") if "." in local else f"{local[:place]}.{local[place:]}"
        elif often(rng, 0.004):
            domain = "googlemail.com" if domain == "gmail.com" else "gmail.com"
    return f"{local}@{domain}"


def _landlines(person: Person, at_other: bool) -> dict[Number, float]:
    """Return a person's landlines and how readily each is given."""
    lines: dict[Number, float] = {}
    firm = person.other_firm if at_other else person.firm
    if firm is not None and firm.switchboards:
        lines[firm.switchboards[0 if at_other else person.site]] = 0.24
        if person.direct is not None and not at_other:
            lines[person.direct] = 0.30
    elif person.home_line is not None:
        lines[person.home_line] = 0.20
    return lines


def _shown(number: Number, switchboard: bool, country: str, hand: Hand, rng: Rng) -> str:
    if hand.errs(rng, hand.channel.digit):
        number = misdialled(number, rng)
    text = written(number, rng, abroad=number.country != country or often(rng, 0.08))
    if switchboard and often(rng, 0.08):
        text += rng.choice([" ext {}", " x{}", " ext. {}", " Ext {}", "x{}"]).format(rng.randrange(100, 4999))
    return text


def phone_fields(person: Person, at_other: bool, by_between: bool, hand: Hand, rng: Rng) -> dict[str, str]:
    """Return phone and mobile as far as this hand fills them in."""
    if not often(rng, hand.channel.phone):
        return {}
    lines = _landlines(person, at_other)
    boards = person.firm.switchboards if person.firm is not None else ()
    side = rng.choices(["GB", person.mobile.country], [0.5, 0.5])[0]
    if by_between and person.between is not None and often(rng, rates.GO_BETWEEN_PHONE):
        return {"phone": _shown(person.between.number, True, side, hand, rng)}
    if lines and often(rng, hand.channel.both_phones):
        line = rng.choices(list(lines), list(lines.values()))[0]
        return {
            "phone": _shown(line, line in boards, side, hand, rng),
            "mobile": _shown(person.mobile, False, side, hand, rng),
        }
    numbers = {person.mobile: 0.60, **lines}
    number = rng.choices(list(numbers), list(numbers.values()))[0]
    in_mobile = 0.38 if number.mobile else 0.02
    field = one_of(rng, {"mobile": in_mobile, "phone": 1 - in_mobile})
    return {field: _shown(number, number in boards, side, hand, rng)}
