from tests import make
from tests.cast import TAO
from tests.conftest import START
from tests.reporting.cases.receipt import subject as handed_in
from webapp.reviews.models import Opinion, Witnessed

ASKER, OUTSIDER = "worker", "rival"
WORDS = ("落地社区确认与协同审核表", "银龄陪伴", "同意", "修改后支持", "请增加晚间场次", "程序没有异议", "负责人签字")


def subject(session, cast):
    one = handed_in(session, cast)
    said = Opinion(application_id=one.id, kind="community", area_code=TAO, title="协同审核", verdict="amend", reason="请增加晚间场次")
    make.at_state(session, said, "given", START, given_by_id=cast.worker.id)
    session.add(Witnessed(opinion_id=said.id, person_id=cast.supervisor.id, kind="witness", words="程序没有异议", at=START))
    return one
