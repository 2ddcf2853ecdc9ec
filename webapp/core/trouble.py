"""What went wrong, told in a sentence that helps, as a page or as JSON; nothing of a refused or failed request stays."""

import re
from http import HTTPStatus

import sqlalchemy as sa
import structlog
from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from webapp.core.db import why
from webapp.core.web import SAFE, db, plain, wants_json
from webapp.core.workflow import NotAllowed, Refusal, Refused

log = structlog.get_logger()
HAN = re.compile("[一-鿿]")
WORDS = 5
"""From so many characters on, what was typed is worth giving back."""


def install(app: Flask) -> None:
    """Give an app its answers to every kind of trouble."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(sa.exc.IntegrityError, _conflict)
    app.register_error_handler(sa.exc.OperationalError, _busy)
    app.register_error_handler(sa.exc.DataError, _unfit)
    app.register_error_handler(OverflowError, _unfit)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def trouble(status: int, sentences: list[Refusal]) -> ResponseReturnValue:
    """A page that says what is wrong and what to do, in HTML or JSON."""
    if wants_json():
        return jsonify(error=status, refusals=[plain(s) for s in sentences]), status
    sentence = sentences[0].sentence if len(sentences) == 1 else ""
    typed = [] if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else _typed()
    return render_template("error.html", code=status, sentence=sentence, refusals=[] if sentence else sentences, typed=typed), status


def _typed() -> list[str]:
    """What was written in words in the form that met the trouble: no field can show it again, and it is not to be lost."""
    if request.method in SAFE:
        return []
    return [
        text for name, text in request.form.items(multi=True) if "password" not in name and len(text.strip()) >= WORDS and HAN.search(text)
    ]


def _refused(refused: Refused) -> ResponseReturnValue:
    return trouble(403 if isinstance(refused, NotAllowed) else 409, list(refused.refusals))


def _conflict(error: sa.exc.IntegrityError) -> ResponseReturnValue:
    db.session.rollback()
    return trouble(409, [Refusal("conflict", why(error))])


def _busy(error: sa.exc.OperationalError) -> ResponseReturnValue:
    db.session.rollback()
    log.error("database", error=type(error.orig).__name__, text=str(error.orig)[:200])
    refusal = Refusal("busy", "现在办理的人多，系统忙，没有保存。请过几秒再提交一次。")
    try:
        told = trouble(503, [refusal])
    except sa.exc.OperationalError:
        # the frame asks who is signed in, and nobody answers: a page that asks nothing
        told = current_app.jinja_env.get_template("down.html").render(sentence=refusal.sentence), 503
    answer = current_app.make_response(told)
    answer.headers["Retry-After"] = "5"
    return answer


def _unfit(error: Exception) -> ResponseReturnValue:
    """The database cannot hold what was sent, and no field said so before."""
    db.session.rollback()
    log.warning("unfit", endpoint=request.endpoint, error=type(error).__name__)
    return trouble(400, [Refusal("unfit", "填写的内容或网址里有平台不能保存的数字或字符，没有保存。请返回，核对数字的大小后再提交。")])


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    return trouble(400, [Refusal("stale_form", "页面停留太久或已退出，表单没有提交。请返回，刷新页面后再提交；填写的内容还在浏览器里。")])


SENTENCES = {
    400: "请求不完整，请返回重试。",
    401: "请先登录。",
    403: "您没有办理这项事务的权限。如果应当由您办理，请联系本单位管理员。",
    404: "没有找到这个页面，可能已经移动，或者您不在它的办理范围内。",
    405: "这个地址不能这样打开，请从页面上的按钮进入。",
    413: "上传的内容太大，单个文件不超过 20 MB。",
    429: "操作太频繁，请稍后再试。",
    500: "系统出错了，没有保存。错误已经记录，请稍后再试。",
}


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestEntityTooLarge):
        return trouble(413, [Refusal("large", SENTENCES[413])])
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    described = error.description if isinstance(error.description, str) and HAN.search(error.description) else ""
    return trouble(status, [Refusal(f"http_{status}", described or SENTENCES.get(status, SENTENCES[500]))])


def _broken(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.exception("broken", endpoint=request.endpoint, error=type(error).__name__)
    return trouble(500, [Refusal("broken", SENTENCES[500])])
