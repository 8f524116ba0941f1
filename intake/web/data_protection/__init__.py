"""Who read what, copies for patients, and erasing: pages for whoever an admin has given the permission."""

from intake.web.data_protection import copying, erasing, who_read
from intake.web.data_protection.blueprint import blueprint

__all__ = ["blueprint", "copying", "erasing", "who_read"]
