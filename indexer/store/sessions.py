"""Who has shown the staff password: in the database, so that every page process over it knows, also after a restart."""

from __future__ import annotations

import sqlalchemy as sql

from indexer.store.schema import staff_sessions, staff_tries


class StaffSessions:
    """Sessions by a hash of their token, and the tries to begin one. All times are seconds since 1970.

    Each call is one short transaction of its own; none needs ownership of the store.
    """

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine

    def begin(self, key: str, now: float, until: float) -> None:
        """Keeps a session, and forgets those that are over."""
        with self._engine.begin() as connection:
            connection.execute(sql.delete(staff_sessions).where(staff_sessions.c.until <= now))
            connection.execute(sql.insert(staff_sessions).values(key=key, until=until))

    def until(self, key: str) -> float:
        """When a session ends; 0 where there is none."""
        with self._engine.connect() as connection:
            found = connection.execute(sql.select(staff_sessions.c.until).where(staff_sessions.c.key == key)).scalar()
        return found or 0.0

    def extend(self, key: str, until: float) -> None:
        """Lets a session last longer. One that was ended meanwhile stays ended."""
        with self._engine.begin() as connection:
            connection.execute(sql.update(staff_sessions).where(staff_sessions.c.key == key).values(until=until))

    def end(self, key: str) -> None:
        """Forgets a session; nothing happens where there is none."""
        with self._engine.begin() as connection:
            connection.execute(sql.delete(staff_sessions).where(staff_sessions.c.key == key))

    def admit_try(self, now: float, since: float, most: int) -> bool:
        """Counts one more try, over all processes; False, and not counted, where more than `most` came after `since`.

        Each counts itself before it looks, so of any that come together the last one sees all the others.
        """
        with self._engine.begin() as connection:
            connection.execute(sql.delete(staff_tries).where(staff_tries.c.at <= since))
            (number,) = connection.execute(sql.insert(staff_tries).values(at=now)).inserted_primary_key or (0,)
        with self._engine.begin() as connection:
            count = connection.execute(sql.select(sql.func.count()).select_from(staff_tries)).scalar_one()
            if count > most:
                connection.execute(sql.delete(staff_tries).where(staff_tries.c.number == number))
        return count <= most
