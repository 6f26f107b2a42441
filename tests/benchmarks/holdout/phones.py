"""Telephone numbers that belong to nobody, and the ways in which people write them."""

import re
from dataclasses import dataclass

from tests.benchmarks.holdout.draw import Rng, often, one_of
from tests.benchmarks.holdout.places import City
from tests.benchmarks.holdout.short import listed

CALLING = {"GB": "44", "IE": "353", "US": "1", "DE": "49", "NL": "31", "FR": "33", "ES": "34", "PL": "48"}
_TRUNK = {"GB": "0", "IE": "0", "DE": "0", "NL": "0", "FR": "0", "US": "", "ES": "", "PL": ""}
_MOBILE = {
    "GB": ("71##", "0#####"),
    "IE": ("88", "0######"),
    "DE": ("176", "0#######"),
    "NL": ("6", "0#######"),
    "FR": ("6", "3998####"),
    "ES": ("75", "0######"),
    "PL": ("40", "0######"),
}
_FRENCH = {"1": "9900####", "2": "6191####", "3": "5301####", "4": "6571####", "5": "3649####"}
_US_AREAS = listed("""
201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251
252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318
319 320 321 323 325 330 331 334 336 337 339 347 351 352 360 361 385 386 401 402 404 405 406 407 408 409 410
412 413 414 415 417 419 423 424 425 432 434 435 440 443 458 469 470 475 478 479 480 484 501 502 503 504 505
507 508 509 510 512 513 515 516 517 518 520 530 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585
586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 651
660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731 732 734 737
740 754 757 760 763 765 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816
817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 862 863 864 865 870 872 901 903 904 906 907
908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 947 949 951 952 954 956 970 971
972 973 978 979 980 985 989""")  # 100 fictional numbers each
PLACEHOLDERS = ("0000000000", "00000000000", "1111111111", "000", "n/a", "-", "unknown")
_MADE_UP = re.compile(
    r"(?:(?:00)?44)?0?(?:71\d\d0\d+|2[089]0\d+|1[1-69]\d0\d+|(?:1223|1865|1273|1908|1483|1753)0\d+)"
    r"|(?:(?:00)?353)?0?(?:88|1|21|91|61)0\d+"
    r"|(?:(?:00|011)?1)?\d{3}555?01\d*"
    r"|(?:(?:00)?49)?0?(?:176|30|89|40|69|221|211|711)0\d+"
    r"|(?:(?:00)?31)?0?(?:6|20|10|70|30|40)0\d+"
    r"|(?:(?:00)?33)?0?(?:63998|19900|26191|35301|46571|53649)\d+"
    r"|(?:(?:00)?34)?(?:75|94|97)0\d+"
    r"|(?:(?:00)?48)?(?:40|22|12|71|58|61)0\d+"
)


@dataclass(frozen=True)
class Number:
    """A telephone number in its parts; the first digits of a subscriber say that it is made up."""

    country: str
    area: str
    subscriber: str
    mobile: bool


def made_up(written: str) -> bool:
    """Tell whether a written number (its extension aside) lies in a range nobody has, or is a known placeholder."""
    digits = re.sub(r"\D", "", re.split(r"(?i)x|ext|#|DW", written)[0].replace("(0)", ""))
    return written in PLACEHOLDERS or _MADE_UP.fullmatch(digits) is not None


class Exchange:
    """Hands out numbers, none of them twice."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._given: set[Number] = set()

    def mobile(self, country: str) -> Number:
        """Return a new mobile number."""
        if country == "US":
            return self._new(country, "", "55501##", True)
        return self._new(country, *_MOBILE[country], True)

    def landline(self, city: City) -> Number:
        """Return a new number of a city."""
        country, area = city.country, city.area
        if country == "US":
            return self._new(country, "", "55501##", False)
        if country == "FR":
            return self._new(country, area, _FRENCH[area], False)
        length = {"DE": 9 - len(area) + 1, "NL": 9 - len(area), "ES": 7, "PL": 7, "IE": 7}.get(country, 10 - len(area))
        return self._new(country, area, "0" + "#" * (length - 1), False)

    def _new(self, country: str, area: str, subscriber: str, mobile: bool) -> Number:
        for _ in range(200):
            code = self._rng.choice(_US_AREAS) if country == "US" else self._filled(area)
            number = Number(country, code, self._filled(subscriber), mobile)
            if number not in self._given:
                break
        self._given.add(number)
        return number

    def _filled(self, pattern: str) -> str:
        return "".join(str(self._rng.randrange(10)) if mark == "#" else mark for mark in pattern)


def _groups(number: Number) -> list[str]:
    area, rest = number.area, number.subscriber
    if number.country == "FR":
        return [area] + [rest[place : place + 2] for place in range(0, 8, 2)]
    if number.country in ("ES", "PL"):
        digits = area + rest
        return [digits[place : place + 3] for place in range(0, 9, 3)]
    if number.country == "US":
        return [area, rest[:3], rest[3:]]
    if len(rest) == 6 or number.country == "DE":
        return [area, rest]
    return [area, rest[:-4], rest[-4:]]


def _national(number: Number, rng: Rng) -> str:
    parts = _groups(number)
    trunk = _TRUNK[number.country]
    if number.country == "US":
        area, first, last = parts
        return rng.choice([f"({area}) {first}-{last}", f"{area}-{first}-{last}", f"{area}.{first}.{last}"])
    if number.country == "FR":
        return rng.choice([" ", " ", "."]).join(["0" + parts[0], *parts[1:]])
    style = one_of(rng, {"spaced": 0.65, "bracket": 0.12, "hyphen": 0.08, "area": 0.15})
    if style == "bracket" and not number.mobile and trunk:
        return f"({trunk}{parts[0]}) {' '.join(parts[1:])}"
    if style == "hyphen":
        return trunk + "-".join(parts)
    if style == "area":
        return f"{trunk}{parts[0]} {''.join(parts[1:])}"
    return trunk + " ".join(parts)


def written(number: Number, rng: Rng, abroad: bool) -> str:
    """Write a number in one of its usual forms; numbers of another country mostly internationally."""
    trunk, code = _TRUNK[number.country], CALLING[number.country]
    plain = number.area + number.subscriber
    shares = {"national": 0.38, "digits": 0.30, "plus": 0.14, "e164": 0.10, "zero": 0.04, "00": 0.02, "cut": 0.02}
    if abroad:
        shares = {"plus": 0.5, "e164": 0.3, "zero": 0.1 if trunk else 0.0, "00": 0.1}
    style = one_of(rng, shares)
    if style == "national":
        return _national(number, rng)
    if style == "plus":
        return f"+{code} {' '.join(_groups(number))}"
    if style == "zero" and trunk:
        return f"+{code} (0){' '.join(_groups(number))}"
    if style == "cut":
        return plain
    return {"e164": f"+{code}{plain}", "00": f"00{code}{plain}"}.get(style, trunk + plain)


def misdialled(number: Number, rng: Rng) -> Number:
    """Return a number with a wrong, swapped or missing digit behind the digits that say it is made up."""
    kept = {"FR": 2, "US": 5}.get(number.country, 1) + (2 if number.country == "FR" and number.mobile else 0)
    place = rng.randrange(kept, len(number.subscriber) - 1)
    before, here, after = number.subscriber[:place], number.subscriber[place], number.subscriber[place + 1 :]
    if often(rng, 0.25):
        return Number(number.country, number.area, before + after, number.mobile)
    if often(rng, 0.4) and after:
        return Number(number.country, number.area, before + after[0] + here + after[1:], number.mobile)
    return Number(number.country, number.area, before + str(rng.randrange(10)) + after, number.mobile)
