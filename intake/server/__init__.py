"""The web server: gunicorn, set up for a clinic. It knows nothing of patients or pages.

connections  a visitor who is slow costs no thread
master       the process that keeps the web processes, and the worker beside them, going
companion    a process that ends with the one that started it
quiet_log    what gunicorn says goes the way of every other line of the log
"""
