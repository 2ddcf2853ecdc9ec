"""Sign-in, one's own account, organisations, people, and the few pages that belong to nobody."""

from webapp.accounts.views import account, directory, duties, people, public, rights, sign_in
from webapp.accounts.views.door import bp, load_viewer

__all__ = ["account", "bp", "directory", "duties", "load_viewer", "people", "public", "rights", "sign_in"]
