"""Second factors: what somebody shows beside the password, or instead of it.

totp            codes of an app; each counts once
recovery_codes  for whoever has lost the app or the passkey
passkeys        keys of a phone, a computer or a stick
steps           what is half done in a browser
holdings        what somebody has, who needs one, and what happens when that changes
codes           what is typed after the password: counted, then compared
"""
