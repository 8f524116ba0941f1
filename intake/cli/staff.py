"""The commands that let staff in: the first admin, and whoever can get in by no other way."""

import click
from flask.cli import with_appcontext

from intake.cli.clinic import as_it_was_opened
from intake.cli.opened import existing_clinic, opened_clinic, operation
from intake.services.invitations import links
from intake.services.staff import accounts, password_links
from intake.services.staff.accounts import EmailTaken, WeakPassword
from intake.services.staff.factors import holdings
from intake.storage.models import Role
from intake.text import email as address

ROLE = click.Choice([role.value for role in Role])


@click.command("add-user")
@click.argument("email")
@click.option("--name", prompt=True, help="As colleagues know them.")
@click.option(
    "--role", "roles", type=ROLE, multiple=True, help="Given more than once for somebody with several roles."
)
@click.password_option("--password", envvar="BACKSTORY_NEW_PASSWORD", help="Asked for when not given.")
@with_appcontext
def add_user_command(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Let somebody sign in. Without --password it is asked for, and stands in no history of commands."""
    role, *also = map(Role, roles or (click.prompt("Role", type=ROLE),))
    clinic = opened_clinic()
    try:
        email = address.read(email)
    except address.NotAnAddress:
        raise click.ClickException(f"{email} is no e-mail address.") from None
    clinic.database.migrate()
    with operation(clinic) as op:
        try:
            accounts.add_user(op, name=name, email=email, role=role, also=also, password=password)
        except WeakPassword as problem:
            raise click.ClickException(problem.why) from None
        except EmailTaken:
            raise click.ClickException(f"Somebody has signed up with {email} already.") from None
        op.commit()
    click.echo(f"{name} can sign in with {email}.")


@click.command("password-link")
@click.argument("email")
@with_appcontext
def password_link_command(email: str) -> None:
    """Make a link by which somebody chooses a new password, and gets in past strangers' guesses. Recorded."""
    clinic = existing_clinic()
    token = links.new_token()
    with operation(clinic) as op:
        user = accounts.with_email(op, email)
        if user is None or not user.active:
            raise click.ClickException(f"Nobody with the address {email} may sign in here.")
        link = password_links.make(op, user, token)
        name, until = user.name, link.expires_at.astimezone(op.settings.zone)
        op.commit()
    settings = as_it_was_opened(clinic.in_force())
    click.echo(
        f"{name} chooses a new password with this link, once, until {until:%H:%M} on {until:%Y-%m-%d}:\n"
        f"{settings.public_url}/welcome/{token}\n"
        "It opens the account. Use it in the browser that is to be let in. Until then the old password works."
    )


@click.command("drop-factors")
@click.argument("email")
@with_appcontext
def drop_factors_command(email: str) -> None:
    """Drop somebody's second factors: for a clinic whose only admin has lost them. Recorded."""
    clinic = existing_clinic()
    with operation(clinic) as op:
        user = accounts.with_email(op, email)
        if user is None:
            raise click.ClickException(f"Nobody with the address {email} works or worked here.")
        if not holdings.has_any(op, user):
            click.echo(f"{user.name} has no second factor: there is nothing to drop.")
            return
        had, name = holdings.drop_all(op, user), user.name
        op.commit()
    click.echo(
        f"{name} signs in with the password alone now, and is asked to set up a second factor where one is "
        f"needed. Dropped: {'an app, ' if had.app else ''}{had.passkeys} passkeys, {had.codes_left} recovery "
        "codes. They are signed out everywhere, and an e-mail tells them."
    )
