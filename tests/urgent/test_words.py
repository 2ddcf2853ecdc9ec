"""Which sentences do not belong in this channel, and which only sound like it."""

import pytest

from webapp.urgent.rules import kinds_of

YES = [
    ("police", "楼下有人持刀，快来人"), ("police", "隔壁打架斗殴打伤了人"), ("police", "我妈被骗了八万块"), ("police", "三单元有人吸毒"),
    ("police", "爷爷走失两个小时了"), ("police", "昨晚家里进了小偷"), ("police", "被他威胁了好几次"), ("police", "电信诈骗，钱转走了"),
    ("police", "有人放火烧楼道的东西"), ("police", "小区里有人被抢"), ("police", "他手里有枪"), ("police", "有人被绑架"),
    ("suicide", "我不想活了"), ("suicide", "邻居说要跳楼"), ("suicide", "老人写了遗书"), ("suicide", "她吃了一瓶安眠药"),
    ("suicide", "活着没有意思"), ("suicide", "他割腕了"), ("suicide", "想自 杀"), ("suicide", "想自殺"), ("suicide", "活不下去了"),
    ("minor", "楼上的孩子天天被打"), ("minor", "邻居虐待孩子"), ("minor", "小孩身上都是伤"), ("minor", "女孩被猥亵"),
    ("minor", "学生遭到霸凌"), ("minor", "他把小孩关着不给饭吃，关着孩子"), ("minor", "校园欺凌没人管"), ("minor", "打自己的孩子打得很凶"),
    ("violence", "老公打我"), ("violence", "儿子打老人"), ("violence", "她被丈夫打得鼻青脸肿"), ("violence", "家暴"),
    ("violence", "媳妇虐待老人"), ("violence", "前夫天天来踹我，前夫打我"), ("violence", "儿子不给饭老人吃，儿子不给饭老人"),
    ("violence", "我先生打我"), ("violence", "老伴打我"), ("violence", "孫子打我"), ("violence", "他打我老婆"), ("minor", "老师摸了我女儿"),
    ("police", "被性侵"), ("police", "他一直跟踪我"), ("suicide", "活著沒意思"), ("police", "有人要殺我"), ("police", "着火了"),
    ("police", "家裏起火"), ("police", "煤气泄漏"), ("police", "有人晕倒没呼吸"), ("police", "有人在打架"), ("police", "救命啊"), ("police", "邻居威胁要砍我"), ("minor", "我女儿不见了"),
    ("suicide", "我不想再活了"), ("suicide", "他要跳江"), ("suicide", "想从楼上跳下去"), ("minor", "继父摸女孩"), ("minor", "12岁的女孩怀孕了"),
    ("minor", "有人对小朋友动手动脚"), ("violence", "丈夫经常打老婆"), ("violence", "他天天打我"), ("violence", "儿子把老人赶出家门"),
    ("legal", "我要告物业"), ("legal", "公安局不立案"), ("legal", "申请了劳动仲裁"), ("petition", "再不解决我就去信访"), ("petition", "我们要集体讨说法"), ("petition", "准备上访"), ("petition", "要拉横幅"),
    ("legal", "我要起诉物业"), ("legal", "法院判了不执行"), ("legal", "想打官司"), ("legal", "申请强制执行没有结果"),
]  # fmt: skip
NO = [
    "六楼没有电梯，老人看病没人陪", "楼道灯坏了", "打人工费太贵", "希望请警察来做防诈骗讲座", "水枪喷到阳台", "建议办反诈宣传", "做一次预防家暴的培训",
    "老人走失手环怎么领", "热死了，装个风扇吧", "想死你们了，社工姐姐", "法院路的路灯不亮", "孩子三点半放学没人管", "儿童游乐设施坏了", "学生没地方写作业",
    "狗叫吵得孩子睡不着", "打太极拳的地方太小", "打扫楼道", "老公常年在外，老人没人照顾", "儿子打工去了", "妈妈们想学插花", "家里人都上班", "请人来打疫苗",
    "请做一次预防煤气泄漏的宣传", "想学防触电的知识", "先生们下棋没地方", "老伴腿脚不好", "孙子放学没人接", "儿子打人工智能课的广告", "丈夫打工她带娃", "爸妈打他电话打不通", "讲讲怎么打官司的普法课",
    "信访接待室的指路牌掉了", "没有家暴，只是噪音大", "不是诈骗电话", "走失宠物狗怎么登记", "小偷多，装监控吧", "停车抢车位", "广场舞太吵", "物业费涨了", "垃圾没人清", "想要一个图书角", "装充电桩", "防走失手环", "校园门口堵车", "检察院门口的斑马线看不清",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), YES, ids=[words for _, words in YES])
def test_what_must_not_wait_in_a_list(kind, words):
    assert kind in kinds_of(words)


@pytest.mark.parametrize("words", NO)
def test_what_only_sounds_like_it(words):
    assert kinds_of(words) == ()


def test_the_most_pressing_comes_first():
    assert kinds_of("老公打我，我不想活了")[0] == "suicide"
