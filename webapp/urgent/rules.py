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
    "殺輕槍傷強姦搶騙綁鬧虧條繩樓藥絕遺書離聲罵鎖關飯婦兒媽爺訪訴訟審決執監獄證據報復尋著沒孫師裏煙氣洩暈騷擾蹤",
    "杀轻枪伤强奸抢骗绑闹亏条绳楼药绝遗书离声骂锁关饭妇儿妈爷访诉讼审决执监狱证据报复寻着没孙师里烟气泄晕骚扰踪",
)
"""Traditional characters of the words below, as some older residents and guests write them."""
FAMILY = "继父|继母|爷爷|奶奶|老公|丈夫|先生|老伴|老头子?|男人|老婆|妻子|爸爸?|父亲|妈妈?|母亲|儿子|孙子|女婿|媳妇|婆婆|公公|前夫|男朋?友|家里人|家人"
CHILD = "小朋友|孩子|孙女|孙子|小孩|儿童|学生|女孩|男孩|女童|男童|娃|未成年|幼儿|女儿"
HURT = "打(?!工|电话|招呼|球|牌|扫|针|疫苗|印)|揍|掐|踹|虐待|欺负"
PATTERNS: dict[str, tuple[str, ...]] = {
    "police": (
        "杀人|砍人|捅人|持刀|动刀|拿刀|打死|打伤|斗殴|抢劫|被抢|入室|绑架|救命|要砍|砍我|打架(?!的)|拐卖|拐骗|强奸|猥亵|吸毒|贩毒|投毒|爆炸|纵火|有人放火|手枪|开枪|有枪|持枪|枪击|失踪|走失|尸体|死人了",
        "杀我|要杀|着火|起火|失火|冒浓烟|煤气泄漏|燃气泄漏|漏煤气|触电|晕倒|昏倒|没(有)?呼吸|落水|掉进?河|性侵|性骚扰|跟踪我|一直跟踪",
        "被(人|他|她|他们)?(打了|骗了|骗走|偷|跟踪|威胁)|诈骗|偷窃|进了?小偷|抓小偷|小偷(进|偷|又来)|盗窃",
    ),
    "suicide": (
        "自杀|轻生|不想再?活|想(从|去).{0,4}跳下|跳江|烧炭(自|寻|死|了结)|在家烧炭|活不下去|活着没有?(意思|意义)|想死|寻死|跳楼|跳河|上吊|割腕|吃.{0,4}安眠药|喝农药|遗书|结束(自己的)?生命|一死了之|了结自己",
    ),
    "minor": (
        f"({CHILD}).{{0,12}}(被|遭|受).{{0,6}}({HURT}|性侵|猥亵|侵犯|欺凌|霸凌|伤害|遗弃|摸)",
        f"({HURT}|摸了?|性侵|猥亵|遗弃|锁着|关着|饿着)(自己的|自家|亲生|我)?.{{0,3}}({CHILD})",
        f"({CHILD}).{{0,10}}(身上|脸上|胳膊|腿上).{{0,6}}(伤|淤青|疤)|校园(欺凌|霸凌)|童工",
        f"(对)?({CHILD}).{{0,6}}(动手动脚|被锁在家|不见了)|继父摸|(?<!\\d)([1-9]|1[0-3])岁.{{0,5}}怀孕",
    ),
    "violence": (
        "家暴|家庭暴力",
        f"({FAMILY})[^，。；,;]{{0,10}}({HURT}|不给饭|关起来|锁在家)(我|她|他|妈|爸|人(?!工)|老人|奶奶|爷爷|老太|老头|老婆|妻子|丈夫|孩子)(?!电话|手机)|({FAMILY})[^，。；,;]{{0,6}}赶出家门",
        f"(被|遭)(我|她|他)?({FAMILY}).{{0,6}}({HURT}|骂)",
        f"(他|她|有人)(又|总|天天|经常)?({HURT})(我|他|她|人(?!工))(?!电话|手机)(老婆|妻子|老公|媳妇|妈|爸|奶奶|爷爷)?",
    ),
    "petition": ("上访|信访|越级反映|进京告状|去北京告|拉横幅|集体讨说法",),
    "legal": ("起诉|打官司|我要告|不立案|劳动仲裁|法院|判决书|仲裁裁决|强制执行|行政复议|检察院|取保候审|被拘留|涉嫌犯罪",),
}
"""By kind, over plain simplified text without blanks."""
HARMLESS = re.compile(
    "打人工(费|钱)|(没有|不是|并非)(家暴|诈骗|家庭暴力)|走失的?(宠物|狗|猫)|(普法|法律|家长|知识)[^，。；,;]{0,8}(课|讲座|课堂)|怎么打官司|信访接待室|打孩子的家长|(防|预防|宣传|谨防)[^，。；,;]{0,3}(火灾|着火|起火|失火|触电|煤气泄漏|燃气泄漏|晕倒)|(水|喷|焊|测温|射钉|胶)枪|枪(手|虾)|走失(登记|手环|预防)|防(走失|诈骗|诈|盗|小偷|家暴|自杀|拐)|反(诈骗|诈|家暴|家庭暴力)"
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
