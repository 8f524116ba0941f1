"""Appointments and their patients: booked, changed, found, imported, listed by the day.

booking      made with their patient and an empty form, changed, cancelled
patients     told apart before one is booked, and found again
known_facts  what was put right of a patient is followed by the open forms
attendance   who has arrived, is in the room, has left
progress     how far a form has come
identifiers  what record systems call them
views        what pages show of an appointment
day_list     the day as reception sees it
clinicians   whom the names in files mean
diary        what is odd about a time: double bookings, closed days
importing    appointments out of a file
"""
