"""Names in a text of either script.

The same name has equal keys in :func:`find_latin_names` and :func:`~align.text.pinyin.pinyin_keys`:
赵志国 has ``zhao``, ``zhiguo``, ``zhaozhiguo`` and more, "Zhao Zhiguo" has the first two.
"""

import re

from .chinese import HAN
from .facts.record import Fact
from .pinyin import cut_syllables, latin_key

_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\wÀ-ÿ]*+(?:(?!['’]s\b)['’-][\wÀ-ÿ]++)*+")


def find_latin_names(en_text: str) -> tuple[Fact, ...]:
    """Return the words with a capital that can be read as pinyin, sentence starts included.

    The value is the word in small letters without hyphens, apostrophes and the ending ``'s``.
    """
    return tuple(
        Fact("name", key, word.start(), word.end(), strong=len(cut_syllables(key)) > 1)
        for word in _CAPITAL.finditer(en_text)
        if cut_syllables(key := latin_key(word.group()))
    )


def find_full_names(en_text: str) -> tuple[Fact, ...]:
    """Return the names of two or more words that can be read as pinyin: "Lin Ruolan".

    The value joins the keys of the words by a blank. Words that English begins sentences with,
    such as "He", are no surname.
    """
    groups: list[list[Fact]] = []
    for word in find_latin_names(en_text):
        if groups and en_text[groups[-1][-1].end : word.start] == " ":
            groups[-1].append(word)
        elif word.value not in _NO_SURNAMES:
            groups.append([word])
    return tuple(
        Fact("name", " ".join(str(word.value) for word in group), group[0].start, group[-1].end)
        for group in groups
        if len(group) > 1
    )


_NO_SURNAMES = frozenset("he she me a an can man men you ran o e me long song".split())  # noqa: SIM905 # words


_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚"
    "邵万钱严覃武戴莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘"
    "祝宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟"
    "艾尤阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟应臧闵苟邬卞姬师"
    "仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳"
    "谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚权强帅屠豆朴盖练廉禹井祖漆巴丰支卿狄平索宣敬扈晁芮普"
    "阙浦戈伏鹿薄邸雍辜羊乌母裘亓修邰赫杭况鲜袭寿"
    "張劉陳楊黃趙吳孫馬羅鄭許韓馮鄧蕭蔣葉蘇呂盧鍾譚陸賈韋鄒龍萬錢嚴賴龔賀顧湯溫齊喬龐顏倪莊聶魯關蘭"
)
_TITLES = (
    "先生|女士|同志|总理|總理|主席|书记|書記|主任|委员|委員|国务委员|發言人|发言人|记者|記者|总裁|總裁|经理|經理"
    "|教授|博士|老师|老師|大使|副?[部局司省市县縣外院校会會站所处處科船馆館][长長]|秘书长|秘書長|副主任|副主席"
)
_PERSON = re.compile(
    rf"""(?:(?<=先生|女士|同志|总理|總理|主席|书记|書記|主任|委员|委員|大使)|(?<=[长長人])
      |(?<=[、，。：:；！？“”,\s（(和与與向对對把被让讓叫给給跟是请請由])|\A)
    [{_SURNAMES}][{HAN}]{{1,2}}?
    (?={_TITLES}|[、，。：:；！？“”,.\s（()）说說道问問笑答喊想看听聽站走坐来來去在将將会會已也又就还還却卻是的和与與及等表
      指介强強认認对對向把被让讓给給出同有摇搖点點一]|\Z)""",
    re.VERBOSE,
)
_NO_PERSON = re.compile(
    r"[的了是在我他她你它们不有个这那就来去里么也都上下会可一二三四五六七八九十年月日大小人者反姑且此其些因所然先]"
)


def find_chinese_names(zh_text: str) -> tuple[Fact, ...]:
    """Guess the personal names of a Chinese text by surname and by what stands around them.

    It is a guess: use it only where something else already points to a name.
    """
    return tuple(
        Fact("name", person.group(), person.start(), person.end(), strong=False)
        for person in _PERSON.finditer(zh_text)
        if not _NO_PERSON.search(person.group())
    )
