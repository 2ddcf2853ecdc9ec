"""A verb tried for a form: everything wrong in one round, nothing of it kept, and no failure of the system hidden."""

import pytest
from sqlalchemy.exc import OperationalError
from wtforms import DateField, StringField
from wtforms.validators import InputRequired

from webapp.core import web
from webapp.core.forms import Form
from webapp.core.workflow import refuse


class Asked(Form):
    day = DateField("日期", [InputRequired("请填写日期。")])
    place = StringField("地点")


def tried(app, error):
    """The errors of a form without its day, after its verb ended in `error`."""

    def act():
        raise error

    with app.test_request_context(method="POST", data={"place": "很远"}):
        form = Asked(meta={"csrf": False})
        assert web.submitted(form, act) is None
        return form.errors


def test_what_the_form_and_the_rules_find_wrong_is_told_in_one_round(app):
    assert tried(app, refuse("far", "地点太远。", "place")) == {"day": ["请填写日期。"], "place": ["地点太远。"]}
    assert tried(app, refuse("day", "另一句。", "day")) == {"day": ["请填写日期。"]}


def test_a_verb_that_falls_over_a_missing_answer_is_passed_over_and_a_failure_is_not(app):
    assert tried(app, TypeError("a day less a day that was not given")) == {"day": ["请填写日期。"]}
    with pytest.raises(OperationalError):
        tried(app, OperationalError("select", {}, Exception("the database has gone")))
    with pytest.raises(OSError, match="disk"):
        tried(app, OSError("the disk is full"))
