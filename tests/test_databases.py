"""The two kinds of database every other test stands on."""

from sqlalchemy import create_engine, inspect, text


def test_a_database_is_empty_and_takes_any_script(database_url):
    engine = create_engine(database_url)

    with engine.begin() as connection:
        tables_before = inspect(connection).get_table_names()
        connection.execute(text("CREATE TABLE said (words TEXT)"))
        connection.execute(text("INSERT INTO said VALUES (:words)"), {"words": "żółć 腰痛 ظهر"})
        words = connection.execute(text("SELECT words FROM said")).scalar_one()

    engine.dispose()
    assert tables_before == []
    assert words == "żółć 腰痛 ظهر"
