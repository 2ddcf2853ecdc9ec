"""Areas, organisations and their record, people, roles, sign-in."""
