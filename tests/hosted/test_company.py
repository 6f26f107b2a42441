"""Coming in by the company's login, over real HTTP: who is let in, as what, and what is never believed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.console.app import COOKIE, GUEST, STRICT
from connector.console.company import AT_ONCE, TIMEOUT, Company, CompanyLogin
from connector.console.door import Ticket
from connector.console.entrance import BACK, COMPANY, TICKET
from connector.core.model import SECOND
from tests.hosted.company import (
    CLIENT,
    SECRET,
    Provider,
    Sign,
    by_public_key,
    by_somebody_else,
    provided,
    unsigned,
)
from tests.hosted.conftest import Answer
from tests.hosted.console import Browser, Clock, Consoled, consoled

CLOCK = Clock()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """The company's login."""
    with provided() as made:
        yield made


@pytest.fixture
def it(tmp_path: Path, provider: Provider) -> Iterator[Consoled]:
    """A console whose only way in is the company's login."""
    with consoled(tmp_path, guarded=False) as made:
        provider.home = made.address
        made.door.elsewhere = login_of(provider)
        yield made


def company_of(provider: Provider) -> Company:
    """What the settings would say of it."""
    return Company(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        home=provider.home,
        scopes="openid profile",
        name_claim="name",
        role_claim="groups",
        operators=frozenset({"Sales Ops"}),
        viewers=frozenset({"Sales"}),
    )


def login_of(provider: Provider, clock: Clock = CLOCK, **other: Any) -> CompanyLogin:
    """The login as the console knows it."""
    return CompanyLogin(replace(company_of(provider), **other), BACK, clock)


def sent_back(it: Consoled, browser: Browser) -> str:
    """The browser goes to the company's login and is sent back: the path, with the answer in it."""
    away = browser.get(COMPANY)
    assert away.status == 303, away.text
    answer = requests.get(away.headers["location"], allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}" == it.address
    return f"{where.path}?{where.query}"


def arrives(it: Consoled, browser: Browser, path: str) -> Answer:
    """The browser follows a link from elsewhere: of our cookies, only the ticket comes along (SameSite)."""
    carried = {name: text for name, text in browser.cookies.items() if name == TICKET}
    stranger = Browser(it.address, carried)
    answer = stranger.get(path)
    browser.cookies.update(stranger.cookies)
    return answer


def comes_in(it: Consoled) -> tuple[Browser, Answer]:
    """Somebody takes the company's login from its beginning to its end."""
    browser = it.browser()
    assert "Log in with your company account" in browser.get("/console/login").text
    return browser, arrives(it, browser, sent_back(it, browser))


def is_out(it: Consoled, browser: Browser) -> bool:
    """Whether a browser sees nothing but the login."""
    return browser.get("/console").headers.get("location") == "/console/login"


def test_who_has_the_role_comes_in_by_name_and_may_decide(it: Consoled) -> None:
    """What they do stands in the history under the name that the company's login gives."""
    it.backfill()
    browser, answer = comes_in(it)
    assert (answer.status, "You are logged in" in answer.text) == (200, True)
    assert "Ann Example" in browser.get("/console").text
    assert browser.submit("/console", "/console/pause").status == 303
    assert it.decided() == ["paused, by Ann Example"]
    assert [fact["did"] for fact in it.said] == ["logged in through the company", "paused"]


def test_who_may_only_look_has_no_button(it: Consoled, provider: Provider) -> None:
    """Another group, another role."""
    provider.person["groups"] = "Sales"
    browser, _ = comes_in(it)
    page = browser.get("/console").text
    assert "(may look only)" in page
    assert browser.submit("/console", "/console/pause").status == 403


def test_who_has_no_role_is_told_whom_to_ask(it: Consoled, provider: Provider) -> None:
    """Nobody comes in because they are known: an empty claim, another one or none gives nothing."""
    for groups in (["Everybody"], [], None, {"Sales Ops": True}, [["Sales Ops"]], 7):
        provider.person["groups"] = groups
        browser, answer = comes_in(it)
        assert (answer.status, "have no role here" in answer.text) == (403, True)
        assert is_out(it, browser)
    assert {fact["did"] for fact in it.said} == {"nobody was let in through the company: no role"}


def test_a_claim_may_lie_deeper_or_have_a_dot_in_its_name(it: Consoled, provider: Provider) -> None:
    """As Keycloak and Auth0 have it."""
    provider.person |= {"realm": {"roles": ["Sales Ops"]}, "https://acme.example/roles": ["Sales"]}
    for claim, looks in (("realm.roles", False), ("https://acme.example/roles", True)):
        it.door.elsewhere = login_of(provider, role_claim=claim)
        browser, _ = comes_in(it)
        assert ("(may look only)" in browser.get("/console").text) is looks


def test_an_address_gives_a_role_only_where_it_is_verified(it: Consoled, provider: Provider) -> None:
    """Else whoever types somebody's address into a profile would be that somebody."""
    it.door.elsewhere = login_of(provider, role_claim="email", operators=frozenset({"ann@acme.example"}))
    provider.person["email"] = "ann@acme.example"
    for verified, status in ((None, 403), (False, 403), ("true", 403), (True, 200)):
        provider.person["email_verified"] = verified
        assert comes_in(it)[1].status == status


def test_roles_that_the_token_leaves_out_are_asked_for(it: Consoled, provider: Provider) -> None:
    """By the userinfo address, and only where it speaks of the same person."""
    del provider.person["groups"]
    provider.userinfo = {"sub": "u-17", "groups": ["Sales Ops"]}
    assert comes_in(it)[1].status == 200
    provider.userinfo["sub"] = "u-18"
    assert comes_in(it)[1].status == 403


def test_a_name_that_the_token_leaves_out_is_asked_for(it: Consoled, provider: Provider) -> None:
    """As where a token holds no more than it must: the history should not tell of "u-17"."""
    del provider.person["name"]
    provider.userinfo = {"sub": "u-17", "name": "Ann Example", "groups": ["Nobody"]}
    browser, answer = comes_in(it)
    assert answer.status == 200
    assert "Ann Example" in browser.get("/console").text


def test_another_claim_is_the_name_and_no_other_takes_its_place(it: Consoled, provider: Provider) -> None:
    """Whoever may choose how they are called cannot be called like somebody else; a dot leads deeper."""
    provider.person |= {"name": "The Boss", "employee": {"number": "E-4711"}}
    for claim, name in (("employee.number", "E-4711"), ("upn", "u-17")):
        it.door.elsewhere = login_of(provider, name_claim=claim)
        page = comes_in(it)[0].get("/console").text
        assert (name in page, "The Boss" in page) == (True, False)


def test_the_way_home_is_the_address_of_the_settings(it: Consoled, provider: Provider) -> None:
    """Not what a Host header says; a browser that came by another name is sent to the right one first, once."""
    elsewhere = it.browser().get(COMPANY, Host="evil.example")
    assert elsewhere.headers["location"] == f"{it.address}{COMPANY}?home"
    assert "set-cookie" not in elsewhere.headers
    lost = it.browser().get(f"{COMPANY}?home", Host="inside.example")
    assert (lost.status, "by another name than its own" in lost.text) == (403, True)
    asked = dict(parse_qsl(urlsplit(it.browser().get(COMPANY).headers["location"]).query))
    assert asked["redirect_uri"] == f"{it.address}{BACK}"


@pytest.mark.parametrize("home", ["https://Leads.Acme.example", "https://leads.acme.example:443"])
def test_an_address_may_be_written_in_capitals_or_with_its_port(it: Consoled, provider: Provider, home: str) -> None:
    """A browser names neither."""
    it.door.elsewhere = login_of(provider, home=home)
    answer = it.browser().get(COMPANY, Host="leads.acme.example")
    assert answer.headers["location"].startswith(f"{provider.issuer}/authorize?")


def test_the_cookies_are_for_no_script_and_only_the_ticket_comes_from_elsewhere(it: Consoled) -> None:
    """The ticket is Lax, lasts ten minutes and ends with the login; the session is Strict and new."""
    browser = it.browser()
    browser.get("/console/login")
    guest = dict(browser.cookies)
    ticket = browser.get(COMPANY).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", f"Path={COMPANY}", "Max-Age=600"):
        assert part in ticket
    answer = arrives(it, browser, sent_back(it, browser))
    assert browser.cookies["connector_console"] not in guest.values()
    assert browser.cookies[TICKET] in ('""', "")
    assert answer.headers["cache-control"] == "no-store"
    it.door.elsewhere = replace_home(it, "https://leads.acme.example")
    secured = it.browser().get(COMPANY, Host="leads.acme.example").headers["set-cookie"]
    assert "Secure" in secured
    assert "Secure" in it.browser().get("/console/login", Host="leads.acme.example").headers["set-cookie"]


@pytest.mark.parametrize("name", [COOKIE, GUEST])
def test_a_token_that_somebody_planted_before_the_login_opens_nothing_after_it(it: Consoled, name: str) -> None:
    """Also in a browser that takes every cookie along from elsewhere: the session has a token of its own."""
    browser, attacker = it.browser(), it.browser()
    browser.cookies[name] = attacker.cookies[COOKIE] = "known to the attacker"
    assert browser.get(sent_back(it, browser)).status == 200
    assert "Ann Example" in browser.get("/console").text
    assert is_out(it, attacker)


def replace_home(it: Consoled, home: str) -> CompanyLogin:
    """The same login, with the console at another address."""
    old = it.door.elsewhere
    assert isinstance(old, CompanyLogin)
    return CompanyLogin(replace(old._company, home=home), BACK, CLOCK)


def test_nobody_is_given_somebody_elses_answer(it: Consoled) -> None:
    """An answer counts in the browser that asked for it, for that asking alone; nothing else lets in."""
    victim, attacker = it.browser(), it.browser()
    path = sent_back(it, attacker)
    for browser in (victim, it.browser()):
        answer = arrives(it, browser, path)
        assert (answer.status, is_out(it, browser)) == (403, True)
    victim.get(COMPANY)
    assert "begun in another window" in arrives(it, victim, path).text
    assert is_out(it, victim)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied", "?iss=x"])
def test_an_answer_that_was_not_asked_for_changes_nothing(it: Consoled, query: str) -> None:
    """With and without a ticket; the company's login is not even asked for a token."""
    browser = it.browser()
    assert arrives(it, browser, BACK + query).status == 403
    browser.get(COMPANY)
    assert arrives(it, browser, BACK + query).status == 403
    assert is_out(it, browser)


def test_a_refusal_of_the_company_is_told(it: Consoled, provider: Provider) -> None:
    """Whoever presses "no" there is not in; what a stranger writes into the answer is not repeated."""
    browser = it.browser()
    browser.get(COMPANY)
    state = browser.cookies[TICKET].split(".")[0]
    answer = arrives(it, browser, f"{BACK}?error=%3Cscript%3E&error_description=boo&state={state}")
    assert (answer.status, "did not let you in" in answer.text, "boo" in answer.text) == (403, True, False)
    assert "script" not in str(it.said)
    assert provider.asked.count("/token") == 0


def test_why_the_company_refused_stands_in_the_log_where_it_is_a_known_word(it: Consoled) -> None:
    """A scope that is not allowed there is somebody's to mend; any other text may be a stranger's, or a secret."""
    for error, reason in (("invalid_scope", "it said no: invalid_scope"), ("my words", "it said no")):
        browser = it.browser()
        browser.get(COMPANY)
        state = browser.cookies[TICKET].split(".")[0]
        assert arrives(it, browser, f"{BACK}?error={error.replace(' ', '+')}&state={state}").status == 403
        assert it.said[-1]["did"] == f"nobody was let in through the company: {reason}"


def test_a_code_is_worth_nothing_without_the_secret_of_the_browser(it: Consoled) -> None:
    """The ticket of the same login, but for its PKCE verifier."""
    browser = it.browser()
    path = sent_back(it, browser)
    state, nonce, _ = browser.cookies[TICKET].split(".")
    browser.cookies[TICKET] = f"{state}.{nonce}.{'v' * 43}"
    assert (arrives(it, browser, path).status, is_out(it, browser)) == (403, True)
    assert it.said[-1]["did"] == "nobody was let in through the company: no token: invalid_grant"


def test_a_login_that_says_who_it_is_in_each_answer_has_to(it: Consoled, provider: Provider) -> None:
    """RFC 9207: an answer without it is another login's."""
    provider.says = {"authorization_response_iss_parameter_supported": True}
    assert comes_in(it)[1].status == 200
    browser = it.browser()
    path = sent_back(it, browser).partition("&iss=")[0]
    assert (arrives(it, browser, path).status, is_out(it, browser)) == (403, True)


def test_an_answer_counts_once(it: Consoled, provider: Provider) -> None:
    """The company's login takes a code once, and the ticket is gone after the first."""
    browser = it.browser()
    path = sent_back(it, browser)
    kept = browser.cookies[TICKET]
    assert arrives(it, browser, path).status == 200
    again = it.browser()
    again.cookies[TICKET] = kept
    assert (arrives(it, again, path).status, is_out(it, again)) == (403, True)


@pytest.mark.parametrize("sign", [unsigned, by_public_key, by_somebody_else], ids=lambda sign: sign.__name__)
def test_a_token_that_is_not_signed_by_the_company_is_not_believed(
    it: Consoled, provider: Provider, sign: Sign
) -> None:
    """No signature, one that anybody can make, or somebody else's."""
    provider.sign = sign
    browser, answer = comes_in(it)
    assert (answer.status, "cannot be believed" in answer.text, is_out(it, browser)) == (403, True, True)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": "another client", "azp": CLIENT},
        {"aud": ["another client"]},
        {"aud": None},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": 4_000_000_000},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"aud": [CLIENT, "another client"]},
        {"nonce": "of another login"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"at_hash": "of another token"},
    ],
    ids=str,
)
def test_a_token_for_somebody_else_or_another_time_is_not_believed(
    it: Consoled, provider: Provider, claims: dict[str, Any]
) -> None:
    """Whatever is checked of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
    provider.claims = claims
    browser, answer = comes_in(it)
    assert (answer.status, "cannot be believed" in answer.text, is_out(it, browser)) == (403, True, True)


def test_a_new_key_is_fetched_once_it_signs(tmp_path: Path, provider: Provider) -> None:
    """The company changes its key: who logs in next comes in; unknown keys do not make us ask without end."""
    clock = Clock()
    with consoled(tmp_path, guarded=False, clock=clock) as it:
        provider.home = it.address
        it.door.elsewhere = login_of(provider, clock)
        assert comes_in(it)[1].status == 200
        provider.key, provider.kid = rsa.generate_private_key(65537, 2048), "k2"
        provider.sign = lambda claims, key: jwt.encode(claims, key, "RS256", {"kid": "k2"})
        clock.ahead += 61 * SECOND
        assert comes_in(it)[1].status == 200
        before = provider.asked.count("/keys")
        provider.sign = lambda claims, key: jwt.encode(claims, key, "RS256", {"kid": "nobody's"})
        assert [comes_in(it)[1].status for _ in range(3)] == [403] * 3
        assert provider.asked.count("/keys") == before


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "EC", "crv": "of tomorrow", "x": "AA", "y": "AA"},
        {"kty": "AKP", "alg": "ML-DSA-65", "pub": "AA"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        {"kty": "oct"},
        {"kid": "of no kind"},
    ],
    ids=str,
)
def test_a_key_that_we_cannot_read_takes_nothing_from_the_others(
    it: Consoled, provider: Provider, key: dict[str, Any]
) -> None:
    """RFC 7517, section 5: it is passed over."""
    provider.other_keys = [{"kid": "k0", **key}]
    assert comes_in(it)[1].status == 200


def test_a_key_for_secrets_signs_nothing(it: Consoled, provider: Provider) -> None:
    """Its use is to be kept to."""
    public = {**provider.keys()["keys"][0], "use": "enc", "alg": "RSA-OAEP"}
    provider.other_keys, provider.kid = [public], "k2"
    assert comes_in(it)[1].status == 403


def test_while_the_company_is_away_the_page_says_so(it: Consoled, provider: Provider) -> None:
    """Before anybody is sent there, and after; nothing of an address or a secret is shown or logged.

    It is asked once in a while, however many people knock.
    """
    clock = Clock()
    it.door.elsewhere = login_of(provider, clock)
    provider.away = True
    for _ in range(3):
        answer = it.browser().get(COMPANY)
        assert (answer.status, "does not answer as it should" in answer.text) == (503, True)
    assert len(provider.asked) == 1
    provider.away = False
    clock.ahead += 6 * SECOND
    browser = it.browser()
    path = sent_back(it, browser)
    provider.away = True
    assert arrives(it, browser, path).status == 503
    for secret in (SECRET, "127.0.0.1", provider.issuer):
        assert secret not in answer.text
        assert secret not in str(it.said)


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "https://["},
        {"authorization_endpoint": "https://x:99999999/"},
        {"authorization_endpoint": ["https://evil.example"]},
        {"issuer": ["https://evil.example"]},
    ],
    ids=str,
)
def test_nobody_is_sent_to_an_address_that_cannot_be_right(
    it: Consoled, provider: Provider, says: dict[str, Any]
) -> None:
    """A login that calls itself by another name, or an address that is not https."""
    provider.says = says
    assert it.browser().get(COMPANY).status == 503


def test_our_secret_goes_to_no_address_that_is_not_https(it: Consoled, provider: Provider) -> None:
    """Neither does a token; nor is either sent on."""
    for name in ("token_endpoint", "jwks_uri"):
        provider.says = {name: "http://evil.example/token"}
        it.door.elsewhere = login_of(provider)
        assert comes_in(it)[1].status in {403, 503}
        assert it.said[-1]["did"] == f"nobody was let in through the company: its {name} is missing or not https"
    it.door.elsewhere = login_of(provider)
    provider.says, provider.answers = {}, (307, {})
    assert comes_in(it)[1].status == 403
    assert "/elsewhere" not in provider.asked


def test_our_secret_is_given_in_the_form_where_the_company_wants_it_there(it: Consoled, provider: Provider) -> None:
    """In a header otherwise."""
    provider.says = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert comes_in(it)[1].status == 200


def test_a_wrong_secret_of_ours_lets_nobody_in(it: Consoled, provider: Provider) -> None:
    """The log says what the company's login calls it."""
    it.door.elsewhere = login_of(provider, client_secret="of another client")
    assert comes_in(it)[1].status == 403
    assert it.said[-1]["did"] == "nobody was let in through the company: no token: invalid_client"


@pytest.mark.parametrize(
    "answers",
    [
        (200, []),
        (200, "text"),
        (200, None),
        (200, b"<html>"),
        (200, b"[" * 100_000),
        (200, {"expires_in": [7]}),
        (200, {"expires_at": 1e400}),
        (200, {"id_token": 7}),
        (200, {"id_token": "e30.e30.e30"}),
        (200, {"access_token": "and no ID token"}),
        (400, {"error": {"error": "error"}}),
        (400, {"error": SECRET}),
        (400, b""),
        (500, b"<html>"),
    ],
    ids=lambda answers: str(answers)[:40],
)
def test_whatever_the_company_answers_nobody_is_let_in_by_it_and_nothing_breaks(
    it: Consoled, provider: Provider, answers: tuple[int, Any]
) -> None:
    """A page in words, and a line in the log that repeats nothing of it."""
    provider.answers = answers
    browser, answer = comes_in(it)
    assert (answer.status in {403, 503}, "company" in answer.text, is_out(it, browser)) == (True, True, True)
    assert SECRET not in str(it.said) + answer.text
    assert len(str(it.said[-1]["did"])) < 120


@pytest.mark.parametrize("methods", [True, 7, {}, "", [7], [[]]], ids=str)
def test_ways_to_prove_ourselves_that_are_no_list_of_names_are_none(
    it: Consoled, provider: Provider, methods: object
) -> None:
    """The one that every login takes is left."""
    provider.says = {"token_endpoint_auth_methods_supported": methods}
    assert comes_in(it)[1].status == 200


def test_a_company_that_hangs_does_not_hold_up_the_console(tmp_path: Path, provider: Provider) -> None:
    """A few may wait for it; whoever comes after them is told so at once, and everybody else gets their pages."""
    provider.hangs = Event()
    with consoled(tmp_path) as it, ThreadPoolExecutor(60) as crowd:
        provider.home = it.address
        it.door.elsewhere = login_of(provider)
        waiting = [crowd.submit(it.browser().get, COMPANY) for _ in range(60)]
        try:
            known = it.browser()
            assert known.login().status == 303
            assert known.get("/console/parked").status == 200
            at_once = list(islice(as_completed(waiting, timeout=TIMEOUT - 2), 60 - AT_ONCE))
        finally:
            provider.hangs.set()
    assert {each.result().status for each in at_once} == {503}
    assert "Others are logging in" in at_once[0].result().text


def test_nothing_shows_our_secret_by_chance(provider: Provider) -> None:
    """As in a message about something else."""
    assert SECRET not in repr(company_of(provider))


def test_its_pages_are_as_closed_as_the_others(it: Consoled, provider: Provider) -> None:
    """Nothing is loaded, framed or kept; no other method; whoever is nobody sees nothing by any other path."""
    it.browser().get(COMPANY)
    browser = it.browser()
    answers = [browser.get(COMPANY), browser.get(BACK), arrives(it, browser, sent_back(it, browser))]
    assert [answer.status for answer in answers] == [303, 403, 200]
    for answer in answers:
        for name, text in STRICT.items():
            assert answer.headers[name.lower()] == text
    assert [browser.post(path, {}).status for path in (COMPANY, BACK)] == [404, 404]


def test_both_ways_in_stand_side_by_side(tmp_path: Path, provider: Provider) -> None:
    """A password for when the company's login is away."""
    with consoled(tmp_path) as it:
        provider.home = it.address
        it.door.elsewhere = login_of(provider)
        page = it.browser().get("/console/login").text
        assert "Log in with your company account" in page
        assert "or with the password" in page
        assert it.browser().login().status == 303
        assert comes_in(it)[1].status == 200
        provider.away, it.door.elsewhere = True, login_of(provider)
        assert it.browser().get(COMPANY).status == 503
        assert it.browser().login().status == 303


def test_without_a_company_its_addresses_lead_to_the_login(tmp_path: Path) -> None:
    """There is nothing to see."""
    with consoled(tmp_path) as it:
        assert [it.browser().get(path).headers["location"] for path in (COMPANY, BACK)] == ["/console/login"] * 2


def test_a_ticket_is_read_as_it_was_written() -> None:
    """Whatever else a browser brings is none."""
    ticket = Ticket.new()
    assert Ticket.read(str(ticket)) == ticket
    assert [Ticket.read(text) for text in ("", "a.b", "a..c", "a.b.c.d")] == [None] * 4
