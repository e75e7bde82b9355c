"""The account calls as a client sees them."""

import re

from accounts.models import User
from tests.accounts.conftest import (
    AUTH,
    PASSWORD,
    Caller,
    Page,
    sign_up,
    verify,
)


def test_a_guest_is_made_and_signed_in(caller: Caller) -> None:
    response = caller.send("guest", {})

    body = response.json()
    user = User.objects.get()
    assert response.status_code == 201
    assert sorted(body) == ["access_token", "expires_in", "refresh_token", "user"]
    assert body["expires_in"] == 900
    assert body["user"] == {"id": str(user.code), "name": user.name, "is_guest": True}
    assert re.fullmatch(r"Guest [0-9A-F]{4}", user.name)
    assert (user.email, user.has_usable_password()) == (None, False)


def test_me_says_who_is_signed_in(guest: Caller, alice: Caller) -> None:
    for caller, email in ((guest, None), (alice, "alice@example.com")):
        me = caller.me().json()
        assert {**me, **caller.tokens["user"], "email": email} == me


def test_without_a_token_me_is_401_and_says_bearer(caller: Caller) -> None:
    response = caller.me()

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "not_signed_in"


def test_login_takes_the_email_in_any_case(alice: Caller) -> None:
    body = {"email": "Alice@EXAMPLE.com", "password": PASSWORD}
    response = alice.send("login", body)

    assert response.status_code == 200
    assert response.json()["user"] == alice.tokens["user"]
    assert alice.me().status_code == 200  # the first session lives on
    alice.keep(response.json())
    assert alice.me().status_code == 200


def test_login_says_the_same_for_any_mistake(alice: Caller, guest: Caller) -> None:
    User.objects.create_user("off@example.com", PASSWORD, name="Off", is_active=False)
    answers = [
        guest.send("login", {"email": email, "password": password})
        for email, password in (
            ("alice@example.com", "wrong-" + PASSWORD),
            ("nobody@example.com", PASSWORD),
            ("off@example.com", PASSWORD),
            ("alice@example.com", PASSWORD + " "),
        )
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["code"] for answer in answers} == {"wrong_credentials"}
    assert len({answer.content for answer in answers}) == 1


def test_login_and_refresh_do_not_mind_a_dead_token(alice: Caller) -> None:
    alice.credentials(HTTP_AUTHORIZATION="Bearer gone")
    body = {"email": "alice@example.com", "password": PASSWORD}

    assert alice.send("login", body).status_code == 200
    token = {"refresh_token": alice.tokens["refresh_token"]}
    assert alice.send("refresh", token).status_code == 200


def test_a_dead_token_on_a_public_call_is_401(caller: Caller) -> None:
    caller.credentials(HTTP_AUTHORIZATION="Bearer gone")
    body = {"email": "alice@example.com", "password": PASSWORD}

    for call, sent in (("guest", {}), ("register", body)):
        response = caller.send(call, sent)
        assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
    assert User.objects.count() == 0


def test_logout_ends_all_tokens_of_the_session_only(alice: Caller) -> None:
    other = Caller()
    body = {"email": "alice@example.com", "password": PASSWORD}
    other.keep(other.send("login", body).json())

    response = alice.send("logout")

    token = {"refresh_token": alice.tokens["refresh_token"]}
    assert (response.status_code, response.content) == (204, b"")
    assert alice.me().status_code == 401
    assert alice.send("refresh", token).status_code == 401
    assert alice.send("logout").status_code == 401
    assert other.me().status_code == 200


def test_no_answer_to_a_program_sets_a_cookie_or_may_be_cached(caller: Caller) -> None:
    answers = [caller.send("guest")]
    caller.keep(answers[0].json())
    answers += [sign_up(caller), verify(caller)]
    caller.keep(answers[-1].json())
    body = {"email": "alice@example.com", "password": PASSWORD}
    token = {"refresh_token": caller.tokens["refresh_token"]}
    answers += [caller.send("login", body), caller.me(), caller.send("refresh", token)]
    answers += [caller.send("logout"), caller.me()]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [201, 201, 200, 200, 200, 200, 204, 401]
    for answer in answers:
        assert "Set-Cookie" not in answer
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]


def test_a_page_gets_one_guest_and_no_token(page: Page) -> None:
    body = {"session": "cookie"}
    assert page.send("guest", body, token="").json()["code"] == "csrf_failed"
    first = page.send("guest", body)
    second = page.send("guest", body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert list(first.json()) == ["user"]
    assert first.json() == second.json()
    assert first.cookies["sessionid"]["httponly"] is True
    assert User.objects.count() == 1
    assert page.me().json()["name"] == first.json()["user"]["name"]


def test_a_session_that_somebody_else_may_know_gets_a_new_key(page: Page) -> None:
    session = page.session
    session["known"] = True
    session.save()
    before = page.cookies["sessionid"].value

    page.send("guest", {"session": "cookie"})

    assert page.cookies["sessionid"].value != before
    assert not page.session.exists(before)


def test_writes_of_a_page_need_the_csrf_token(page: Page) -> None:
    page.send("guest", {"session": "cookie"})

    response = page.send("logout", token="")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert page.me().status_code == 200


def test_a_page_whose_guest_leaves_is_nobodys(page: Page) -> None:
    page.send("guest", {"session": "cookie"})
    cookie = page.cookies["sessionid"].value

    assert page.send("logout").status_code == 204
    assert page.me().status_code == 401
    page.cookies["sessionid"] = cookie
    assert page.me().status_code == 401


def test_anybody_may_ask_how_to_sign_in(caller: Caller) -> None:
    response = caller.get(f"{AUTH}/options")

    assert response.status_code == 200
    assert response.json() == {"providers": [], "mail": "folder", "passkeys": True}
