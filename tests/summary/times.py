"""Moments for summaries."""

from datetime import UTC, datetime

MORNING = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 22, 19, 12, tzinfo=UTC)
