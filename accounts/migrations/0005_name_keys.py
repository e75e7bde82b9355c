from django.db import migrations

from accounts.names import make_name_key

_BLOCKED = (
    "admin",
    "administrator",
    "anonymous",
    "deleted player",
    "eye vs ai",
    "guest",
    "helpdesk",
    "moderator",
    "official",
    "operator",
    "root",
    "staff",
    "support",
    "webmaster",
)
_BATCH = 1000


def fill_name_keys(apps, schema_editor):
    """The oldest player of a name keeps it alone; later twins stay without a key."""
    users = apps.get_model("accounts", "User").objects
    taken = set(users.exclude(name_key=None).values_list("name_key", flat=True))
    players = users.filter(is_guest=False, deleted_at=None, name_key=None)
    changed = []
    for player in players.order_by("date_joined", "pk").only("name").iterator():
        key = make_name_key(player.name)
        if key and key not in taken:
            taken.add(key)
            player.name_key = key
            changed.append(player)
    users.bulk_update(changed, ["name_key"], batch_size=_BATCH)


def block_words(apps, schema_editor):
    """Names of those who run the game; operators edit the list."""
    words = apps.get_model("accounts", "BlockedWord").objects
    for word in _BLOCKED:
        words.get_or_create(word=word, defaults={"key": make_name_key(word)})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_session_epoch")]

    operations = [
        migrations.RunPython(fill_name_keys, migrations.RunPython.noop),
        migrations.RunPython(block_words, migrations.RunPython.noop),
    ]
