"""Numbers that both languages write in different ways raise no issue, and wrong ones still do."""

import pytest

from align.aligner.checks import check

RIGHT = [
    ("七成居民支持这个方案。", "Seven out of ten residents support the plan."),
    ("八成以上的受访者同意。", "More than eight in ten respondents agreed."),
    ("两成的人反对。", "One in five was against it."),
    ("六成半的人赞成。", "Sixty-five percent were in favour."),
    ("九成九的人赞成。", "Ninety-nine percent were in favour."),
    ("三分之一的学生来自外省。", "One in three students comes from another province."),
    ("价格降到原来的三分之一。", "Prices fell to a third."),
    ("三分之二的票投给了她。", "Two out of three votes went to her."),
    ("机会是二十分之一。", "There is a one-in-twenty chance."),
    ("浓度为千分之三。", "The concentration is three per thousand."),
    ("浓度为万分之五。", "The concentration is five in ten thousand."),
    ("20%的人没有回答。", "One in five people did not answer."),
    ("每10家企业中有7家盈利。", "70 percent of companies make a profit."),
    ("全场打七折。", "Everything is 30 percent off."),
    ("全场打八五折。", "Everything is 15% off."),
    ("产量增长了100%。", "Output doubled."),
    ("产量达到原来的三倍。", "Output reached 300 percent of its former level."),
    ("来了二十多个人。", "Some two dozen people came."),
    ("她四十来岁。", "She is in her forties."),
    ("他已年过半百。", "He is past fifty."),
    ("廿五日开幕。", "It opens on the 25th."),
    ("会议开了一个半小时。", "The meeting took 90 minutes."),
    ("一年半以后开工。", "Work starts in eighteen months."),
    ("她等了一刻钟。", "She waited for fifteen minutes."),
    ("她等了30分钟。", "She waited for half an hour."),
    ("全天24小时营业。", "It is open round the clock."),
    ("工期18个月。", "Work takes a year and a half."),
    ("14天内退还。", "It is returned within two weeks."),
    ("历时一个世纪。", "It took 100 years."),
    ("下午三点半散会。", "The meeting ended at half past three in the afternoon."),
    ("中午十二点开饭。", "Lunch is served at noon."),
]

WRONG = [
    ("七成居民支持这个方案。", "Six out of ten residents support the plan."),
    ("八成以上的受访者同意。", "More than nine in ten respondents agreed."),
    ("三分之一的学生来自外省。", "One in four students comes from another province."),
    ("三分之二的票投给了她。", "Two out of five votes went to her."),
    ("每10家企业中有7家盈利。", "60 percent of companies make a profit."),
    ("全场打七折。", "Everything is 20 percent off."),
    ("产量增长了100%。", "Output tripled."),
    ("她四十来岁。", "She is in her thirties."),
    ("来了二十多个人。", "30 people came."),
    ("来了70多个人。", "72 people came."),
    ("会议开了一个半小时。", "The meeting took 80 minutes."),
    ("工期18个月。", "Work takes two years."),
    ("14天内退还。", "It is returned within 10 days."),
    ("下午三点半散会。", "The meeting ended at half past four in the afternoon."),
]


@pytest.mark.parametrize(("zh", "en"), RIGHT)
def test_an_amount_in_other_words_raises_nothing(zh, en):
    assert check(zh, en) == ()


@pytest.mark.parametrize(("zh", "en"), WRONG)
def test_another_amount_is_an_issue(zh, en):
    assert {issue.kind for issue in check(zh, en)} & {"number", "percent", "time"}
