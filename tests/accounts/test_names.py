"""Names that look alike, words that may not be in a name, and who gets a name."""

from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import BlockedWord, User
from accounts.names import MAX_KEY_LENGTH, list_word_keys, make_name_key
from accounts.rules import MAX_LENGTH
from accounts.services import naming
from common import events
from common.errors import InvalidValue, WrongState
from tests.threads import run_at_once

_LOOK_LIKE_ALICE = [
    "alice",
    "ALICE",
    "A l i c e",
    "Ali-ce.",
    "AL1CE",
    "AIice",
    "A|ice",
    "Alícé",
    "Aliсe",  # Cyrillic es
    "Αlice",  # Greek alpha
    "𝐀𝐥𝐢𝐜𝐞",
    "Ａｌｉｃｅ",
]


@pytest.fixture
def blocked_words(db: None) -> None:
    """As the migration makes them; tests that empty tables take them away."""
    import_module("accounts.migrations.0005_name_keys").block_words(apps, None)


@pytest.mark.parametrize("name", _LOOK_LIKE_ALICE)
def test_names_that_look_like_alice_have_her_key(name: str):
    assert make_name_key(name) == make_name_key("Alice")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Player 1", "Player 2"),
        ("Player 10", "Player 11"),
        ("Alice", "Alice 2"),
        ("Alice", "Alise"),
        ("Alice", "Alice★"),
        ("😀😀", "🦊🦊"),
        ("!!", "??"),
        ("राम", "रमा"),
        ("Борис", "Глория"),
    ],
)
def test_names_that_can_be_told_apart_have_two_keys(one: str, other: str):
    assert make_name_key(one) != make_name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Player 1", "Player l"),
        ("Player 10", "Player 1O"),
        ("modern", "rnodern"),
        ("Вера", "ВЕРА"),
        ("Борис", "БОРИС"),
        ("Müller", "Muller"),
        ("Ølaf", "Olaf"),
        ("Straße", "STRASSE"),
    ],
)
def test_names_that_are_easily_confused_share_a_key(one: str, other: str):
    assert make_name_key(one) == make_name_key(other)


def test_no_name_has_an_empty_or_endless_key():
    assert make_name_key("!! !") == "!!!"
    assert len(make_name_key("㎢" * MAX_LENGTH)) <= MAX_KEY_LENGTH


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "Adrnin",
        "The Admin",
        "xX_Admin_Xx",
        "RealAdmin",
        "Admin1",
        "ad.min",
        "a d m 1 n",
        "аdmin",  # Cyrillic a
    ],
)
def test_a_blocked_word_is_seen_in_many_clothes(name: str):
    assert make_name_key("admin") in list_word_keys(name)


@pytest.mark.parametrize("name", ["Badminton", "Dadmin", "ad", "min"])
def test_a_word_inside_another_word_is_not_seen(name: str):
    assert make_name_key("admin") not in list_word_keys(name)


def test_short_words_are_only_seen_alone():
    assert make_name_key("ass") in list_word_keys("big ass")
    assert make_name_key("ass") not in list_word_keys("a ss")
    assert make_name_key("ass") not in list_word_keys("Bass Class")


def test_a_name_is_cleaned_and_comes_with_its_key(db: None):
    assert naming.choose_name("  Alice   B ") == ("Alice B", "allceb")


@pytest.mark.parametrize(
    ("text", "code"),
    [("A", "invalid_value"), ("AL1CE", "name_taken"), ("admin 7", "name_blocked")],
)
@pytest.mark.usefixtures("blocked_words")
def test_a_bad_name_is_refused_with_a_code(text: str, code: str):
    naming.give_name(User.objects.create_user("alice@example.com"), wish="Alice")
    with pytest.raises(InvalidValue) as refusal:
        naming.choose_name(text)
    assert refusal.value.code == code
    assert refusal.value.detail == {"name": [refusal.value.message]}


def test_a_word_blocked_by_an_operator_counts_at_once(db: None):
    word = BlockedWord(word="  pine   apple ")
    naming.save_blocked_word(word)
    assert (word.word, word.key) == ("pine apple", "plneapple")
    assert naming.is_blocked("Pineapple Pete")
    assert not naming.is_blocked("Pine Pete")


@pytest.mark.usefixtures("blocked_words")
def test_a_wish_is_followed_as_far_as_it_goes():
    wishes = ["Alice", "Alice", "al1ce", "operator", "\u202e", ""]
    players = [User.objects.create_user() for _ in wishes]
    for player, wish in zip(players, wishes, strict=True):
        naming.give_name(player, wish=wish)
        player.refresh_from_db()
        assert player.name_key == make_name_key(player.name)
    assert [player.name for player in players[:3]] == ["Alice", "Alice 2", "al1ce 3"]
    assert all(player.name.startswith("Player ") for player in players[3:])


def test_a_player_may_write_their_own_name_otherwise(db: None):
    alice = User.objects.create_user("alice@example.com")
    naming.give_name(alice, wish="Alice")
    heard: list[int] = []

    def listen(*, player_id: int) -> None:
        heard.append(player_id)

    events.on("player_renamed", listen)
    try:
        naming.rename(alice, name="A.L.I.C.E")
        naming.rename(alice, name="A.L.I.C.E")
    finally:
        events.off("player_renamed", listen)
    alice.refresh_from_db()
    assert (alice.name, alice.name_key) == ("A.L.I.C.E", "allce")
    assert heard == [alice.pk]


def test_a_guest_keeps_the_drawn_name(db: None):
    guest = User.objects.create_user(name="Guest 1234", is_guest=True)
    with pytest.raises(WrongState) as refusal:
        naming.rename(guest, name="Alice")
    assert refusal.value.code == "guest_name"


@pytest.mark.django_db(transaction=True)
def test_of_four_who_want_one_name_at_once_one_gets_it():
    players = [User.objects.create_user(name="Nobody") for _ in range(4)]

    def want(number: int) -> str:
        try:
            naming.rename(players[number], name="Alice")
        except InvalidValue as refusal:
            return refusal.code
        return "renamed"

    outcomes = run_at_once(4, want)
    assert sorted(outcomes) == ["name_taken", "name_taken", "name_taken", "renamed"]
    assert User.objects.filter(name="Alice").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_four_who_wish_for_one_name_each_gets_another():
    players = [User.objects.create_user(name="Nobody") for _ in range(4)]
    run_at_once(4, lambda number: naming.give_name(players[number], wish="Alice"))
    names = set(User.objects.values_list("name", flat=True))
    assert names == {"Alice", "Alice 2", "Alice 3", "Alice 4"}


def test_players_of_before_get_keys_and_the_oldest_twin_keeps_the_name(db: None):
    first = User.objects.create_user("first@example.com", name="Alice")
    twin = User.objects.create_user("twin@example.com", name="alice")
    guest = User.objects.create_user(name="Guest 1", is_guest=True)
    migration = import_module("accounts.migrations.0005_name_keys")
    migration.fill_name_keys(apps, None)
    for user, key in ((first, "allce"), (twin, None), (guest, None)):
        user.refresh_from_db()
        assert user.name_key == key
