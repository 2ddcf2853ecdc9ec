"""What may tell who somebody is, looked for in a public wording: hard findings block, soft ones the releaser ticks off one by one.

个人信息保护法 §25 (no publishing of a person's data), §28 (health, finances, children under fourteen). Pure; a rule finds, a person decides.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘解应宗丁宣邓郁单洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀"
    "羊惠甄曲家封储靳段富巫乌焦巴弓牧车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀"
    "郏浦尚农温别庄晏柴瞿阎充慕连茹习艾容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
)
TITLES = "阿婆|阿公|婆婆|大爷|大妈|大伯|老伯|老太|奶奶|爷爷|叔叔|阿姨|先生|女士|小姐|老师|书记|师傅|医生|某某?"
DOUBLE = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|宇文|长孙|轩辕|南宫"
NUMERAL = "[一二三四五六七八九十百零〇两\\d]"
HARD = (
    ("phone", "手机号码", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
    ("phone", "座机号码", re.compile(r"(?<!\d)0\d{2,3}\d{7,8}(?!\d)")),
    ("id", "身份证号", re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)")),
    (
        "door",
        "楼栋门牌",
        re.compile(
            rf"{NUMERAL}+(?:号楼|幢|栋)(?:{NUMERAL}+单元)?(?:{NUMERAL}{{1,4}}室?)?|{NUMERAL}+单元(?:{NUMERAL}{{1,4}}室?)?|(?<!\d)\d{{3,4}}室"
            rf"|(?<!\d)\d{{1,3}}-\d{{1,2}}-?\d{{3,4}}(?!\d)|(?<!\d)\d{{1,3}}-\d{{3,4}}(?!\d)|[路街巷弄里](?:{NUMERAL}+弄)?{NUMERAL}+号(?![线台机])"
        ),
    ),
)
SOFT = (
    (
        "name",
        "可能是姓名",
        re.compile(
            rf"(?:{DOUBLE}|[{SURNAMES}])(?:{TITLES})|[老小][{SURNAMES}](?=[家的说想反在夫今昨]|$)|(?:叫|名叫|姓名是)(?:{DOUBLE}|[{SURNAMES}])[\u4e00-\u9fff]{{1,2}}|姓[{SURNAMES}]的"
            rf"|(?:老人|居民|邻居|学生|党员)[{SURNAMES}][\u4e00-\u9fff]{{2}}(?=[，。；、说想反家的]|$)"
        ),
    ),
    (
        "health",
        "健康情况",
        re.compile(
            "癌|肿瘤|糖尿病|高血压|心脏病|冠心病|中风|偏瘫|瘫痪|失智|痴呆|精神病|精神障碍|抑郁|透析|艾滋|乙肝|肺结核|残疾|怀孕|流产|病情|确诊|患(?:有|了|上)|得了.{0,6}病"
        ),
    ),
    ("status", "困难身份", re.compile("低保|特困|五保|困境|失独|建档立卡|边缘易致贫|刑满|社区矫正|戒毒|信访户|优抚对象")),
    (
        "child",
        "孩子的情况",
        re.compile(
            r"(?<!\d)(?:[1-9]|1[0-3])\s*(?:岁|周岁)|(?<![一二三四五六七八九十百几多来])(?:[一二三四五六七八九十]|十[一二三])岁|[^\W\d_在是上读去的到从]{2,6}(?:小学|幼儿园)"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may tell who somebody is: what kind, and the very words."""

    code: str
    what: str
    words: str

    @property
    def sentence(self) -> str:
        return f"{self.what}“{self.words}”"


def plain(text: str) -> str:
    """As it is read aloud: full-width figures like others, and no blanks or dashes to hide a number in."""
    narrow = unicodedata.normalize("NFKC", text)
    narrow = re.sub(r"(?<=\d)[\s\-—]+(?=\d{4,})", "", narrow)
    return re.sub(r"[ \t\u3000]+", "", narrow)


def hard(text: str, names: Iterable[str]) -> list[Found]:
    """What must go: numbers, doors, and the names of those who spoke."""
    read = plain(text)
    found = [Found(code, what, hit.group()) for code, what, pattern in HARD for hit in pattern.finditer(read)]
    return _once([*found, *(Found("name", "姓名", name) for name in names if len(name) >= 2 and plain(name) in read)])


def soft(text: str, names: Iterable[str]) -> list[Found]:
    """What a person must look at: it may be harmless, as 残疾人坡道 is."""
    spoken = {name for name in names if len(name) >= 2}
    found = [Found(code, what, hit.group()) for code, what, pattern in SOFT for hit in pattern.finditer(plain(text))]
    return _once([one for one in found if one.words not in spoken])


def _once(found: Iterable[Found]) -> list[Found]:
    return list(dict.fromkeys(found))
