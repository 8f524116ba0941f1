"""Who works here.

accounts        sign-in, roles and what each may do
sign_on         sign-on by the provider of the hospital
emergency       the account for the day when nothing else lets anybody in
sessions        who is let in, and until when
drafts          what they have typed and not saved yet
account_mail    what they are told about their account by e-mail
password_links  one-time links by which a password is chosen
views           what pages show of an account or a tablet
"""
