"""Sign-on of staff by the OpenID Connect provider of their hospital or company.

shown     plain values: a sign-on under way, and whom the provider shows
answers   what is asked of the provider over the network: short answers, in time, from nowhere else
provider  what it says of itself, its keys, and what it gives for a code
tokens    an ID token or a logout token, checked whole
people    who that is here: accounts, roles, sessions that end
"""
