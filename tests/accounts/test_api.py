"""The account calls as a client sees them."""

import re

from accounts.models import User
from tests.accounts.conftest import AUTH, PASSWORD, Caller


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
    assert guest.me().json() == {**guest.tokens["user"], "email": None}
    assert alice.me().json() == {
        "id": alice.tokens["user"]["id"],
        "name": "Alice",
        "is_guest": False,
        "email": "alice@example.com",
    }


def test_without_a_token_me_is_401_and_says_bearer(caller: Caller) -> None:
    response = caller.me()

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "not_signed_in"


def test_a_new_player_is_registered_and_signed_in(caller: Caller) -> None:
    body = {"email": "Alice@Example.COM", "password": PASSWORD}
    response = caller.send("register", body)

    user = User.objects.get()
    assert response.status_code == 201
    assert (user.email, user.is_guest) == ("alice@example.com", False)
    assert re.fullmatch(r"Player [0-9A-F]{4}", user.name)
    assert user.check_password(PASSWORD)
    caller.keep(response.json())
    assert caller.me().json()["id"] == str(user.code)


def test_registering_keeps_the_guests_id_and_ends_the_old_tokens(guest: Caller) -> None:
    before = dict(guest.tokens)
    user_pk = User.objects.get().pk

    body = {"email": "bob@example.com", "password": PASSWORD, "name": "Bob"}
    response = guest.send("register", body)

    user = User.objects.get()
    assert response.status_code == 201
    assert user.pk == user_pk
    assert response.json()["user"] == {
        "id": before["user"]["id"],
        "name": "Bob",
        "is_guest": False,
    }
    assert guest.me().status_code == 401
    assert (
        guest.send("refresh", {"refresh_token": before["refresh_token"]}).status_code
        == 401
    )
    guest.keep(response.json())
    assert guest.me().json()["email"] == "bob@example.com"


def test_a_player_cannot_register_again(alice: Caller) -> None:
    body = {"email": "second@example.com", "password": PASSWORD}
    response = alice.send("register", body)

    assert (response.status_code, response.json()["code"]) == (
        409,
        "already_registered",
    )
    assert User.objects.get().email == "alice@example.com"


def test_an_email_is_taken_in_any_case(alice: Caller, guest: Caller) -> None:
    body = {"email": "ALICE@example.com", "password": PASSWORD, "name": "Mallory"}
    response = guest.send("register", body)

    assert (response.status_code, response.json()["code"]) == (422, "email_taken")
    assert list(response.json()["detail"]) == ["email"]
    assert guest.me().json()["is_guest"] is True
    assert User.objects.count() == 2


def test_a_weak_password_is_refused_with_reasons(caller: Caller) -> None:
    for password, count in (("1234", 3), ("alice@example.com", 1), ("", 1)):
        body = {"email": "alice@example.com", "password": password}
        response = caller.send("register", body)
        assert response.status_code == 422, password
        assert len(response.json()["detail"]["password"]) == count, password
    assert User.objects.count() == 0


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


def test_no_answer_sets_a_cookie_or_may_be_cached(caller: Caller) -> None:
    caller.cookies["sessionid"] = "x" * 32
    body = {"email": "alice@example.com", "password": PASSWORD}
    answers = [caller.send("guest"), caller.send("register", body)]
    caller.keep(answers[-1].json())
    token = {"refresh_token": caller.tokens["refresh_token"]}
    answers += [caller.send("login", body), caller.me(), caller.send("refresh", token)]
    answers += [caller.send("logout"), caller.me()]

    assert [a.status_code for a in answers] == [201, 201, 200, 200, 200, 204, 401]
    for answer in answers:
        assert "Set-Cookie" not in answer
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]


def test_a_session_cookie_signs_nobody_in(alice: Caller) -> None:
    user = User.objects.get()
    browser = Caller()
    browser.force_login(user)

    assert browser.get(f"{AUTH}/me").status_code == 401
