"""Which words do not belong in this channel, and what passing them on requires. Pure.

A word list errs on the side of care: a false alarm costs one press of a button, a missed one may cost a life.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.core.workflow import Refusal, Rule
from webapp.urgent.models import KINDS

PLAIN = str.maketrans(
    "殺輕槍傷強姦搶騙綁鬧虧條繩樓藥絕遺書離聲罵鎖關飯婦兒媽爺訪訴訟審決執監獄證據報復尋",
    "杀轻枪伤强奸抢骗绑闹亏条绳楼药绝遗书离声骂锁关饭妇儿妈爷访诉讼审决执监狱证据报复寻",
)
"""Traditional characters of the words below, as some older residents and guests write them."""
FAMILY = "老公|丈夫|男人|老婆|妻子|爸爸?|父亲|妈妈?|母亲|儿子|媳妇|婆婆|公公|前夫|男朋?友|家里人|家人"
CHILD = "孩子|小孩|儿童|学生|女孩|男孩|女童|男童|娃|未成年|幼儿|女儿"
HURT = "打|揍|掐|踹|虐待|欺负"
PATTERNS: dict[str, tuple[str, ...]] = {
    "police": (
        "杀人|砍人|捅人|持刀|动刀|拿刀|打死|打伤|斗殴|抢劫|被抢|入室|绑架|拐卖|拐骗|强奸|猥亵|吸毒|贩毒|投毒|爆炸|纵火|有人放火|枪|失踪|走失|尸体|死人了",
        "被(人|他|她|他们)?(打了|骗了|骗走|偷|跟踪|威胁)|诈骗|偷窃|小偷|盗窃",
    ),
    "suicide": (
        "自杀|轻生|不想活|活不下去|活着没有?(意思|意义)|想死|寻死|跳楼|跳河|上吊|割腕|吃.{0,4}安眠药|喝农药|遗书|结束(自己的)?生命|一死了之|了结自己",
    ),
    "minor": (
        f"({CHILD}).{{0,12}}(被|遭|受).{{0,6}}({HURT}|性侵|猥亵|侵犯|欺凌|霸凌|伤害|遗弃|摸)",
        f"({HURT}|性侵|猥亵|遗弃|锁着|关着|饿着)(自己的|自家|亲生)?.{{0,3}}({CHILD})",
        f"({CHILD}).{{0,10}}(身上|脸上|胳膊|腿上).{{0,6}}(伤|淤青|疤)|校园(欺凌|霸凌)|童工",
    ),
    "violence": (
        "家暴|家庭暴力",
        f"({FAMILY})[^，。；,;]{{0,10}}({HURT}|不给饭|关起来|锁在家)(我|她|他|妈|爸|人|老人|奶奶|爷爷|老太|老头)",
        f"(被|遭)(我|她|他)?({FAMILY}).{{0,6}}({HURT}|骂)",
    ),
    "petition": ("上访|信访|越级反映|进京告状|去北京告|拉横幅|集体讨说法",),
    "legal": ("起诉|打官司|法院|判决书|仲裁裁决|强制执行|行政复议|检察院|取保候审|被拘留|涉嫌犯罪",),
}
"""By kind, over plain simplified text without blanks."""
HARMLESS = re.compile(
    "打人工(费|钱)|(水|喷|焊|测温|射钉|胶)枪|枪(手|虾)|走失(登记|手环|预防)|防(走失|诈骗|诈|盗|小偷|家暴|自杀|拐)|反(诈骗|诈|家暴|家庭暴力)"
    "|(诈骗|家暴|家庭暴力|自杀|轻生|欺凌|霸凌|拐卖)[^，。；,;]{0,4}(宣传|讲座|知识|预防|培训|课)|(预防|杜绝|宣传)[^，。；,;]{0,4}(诈骗|家暴|家庭暴力|自杀|轻生|走失|欺凌|霸凌|拐卖)"
    "|想死(你|我|他|她|大家)|爆炸(性|头)|(爆米花|锅).{0,2}爆炸|法院(路|街|旁|对面|门口|宿舍)|检察院(路|街|旁|对面|门口)"
)
"""Said of lectures, tools and streets: taken out before the words are looked for."""
_WORDS = {kind: re.compile("|".join(patterns)) for kind, patterns in PATTERNS.items()}


def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds a sentence may belong to, the most pressing first; empty for nearly everything people say."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(PLAIN)
    plain = HARMLESS.sub("、", plain)
    return tuple(kind for kind in KINDS if _WORDS[kind].search(plain))


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What passing a report on depends on."""

    reported_to: str | None
    reported_at: datetime | None
    received_at: datetime
    at: datetime


def said_to_whom(facts: ReportFacts) -> Refusal | None:
    """强制报告 (未成年人保护法 §11; 反家庭暴力法 §14): the report names the office and the moment, so that it can be shown."""
    if (facts.reported_to or "").strip():
        return None
    return Refusal("reported_to", "请填写上报给哪个单位、哪个人。", "reported_to")


def moment_fits(facts: ReportFacts) -> Refusal | None:
    """Between receiving and now; to the minute, as people note it."""
    if facts.reported_at is None:
        return Refusal("reported_at", "请填写上报时间。", "reported_at")
    if facts.reported_at > facts.at:
        return Refusal("reported_at", "上报时间还没有到，请核对。", "reported_at")
    if facts.reported_at < facts.received_at - timedelta(minutes=1):
        return Refusal("reported_at", "上报时间早于收到的时间，请核对。", "reported_at")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {"urgent.report": (said_to_whom, moment_fits), "urgent.close": ()}
WORDS = {"urgent.create": "收到专办报告", "urgent.escalate": "超时，已提醒上级专办人", "membership.name_reader": "指定专办人"}
