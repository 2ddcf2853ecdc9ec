"""Imported once by the server the rivals are forked from: they start with the house already united."""

from webapp import app as house

house.unite()
