"""How soon somebody of the clinic must act. Safety: clinical content, part of what is approved."""

from datetime import timedelta

# A patient is promised a call within so long while the clinic is open; with less left today, none for today.
CALL_BACK_WITHIN = timedelta(hours=2)
SHORTEST_CALL_BACK = timedelta(minutes=45)
# Staff must have acted on an emergency within so long.
EMERGENCY_WITHIN = timedelta(minutes=15)
