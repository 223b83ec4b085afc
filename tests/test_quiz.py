"""The answer that a quiz takes is the answer that was executed: data-answer is never typed on trust."""

import re

import pytest
from pages import FENCE, INCLUDE, ROOT, Question, pages, questions

SOLUTION = {"en": '??? success "Answer"', "zh": '??? success "答案"'}
NAMED = {"en": r"\*\*Short answer\.\*\* Choice (\d+)\b", "zh": r"\*\*简答。\*\* 选 (\d+)\b"}
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w])")
CHOICE = re.compile(r"^(\d+)\. (.+)$", re.M)


def printed(question):
    """The numbers in the outputs that the question includes."""
    targets = [
        include["target"] for fence in FENCE.finditer(question.body) for include in INCLUDE.finditer(fence["code"])
    ]
    outputs = [(ROOT / target).read_text("utf-8") for target in targets if target.startswith("results/")]
    return {float(number.replace(",", "")) for text in outputs for number in NUMBER.findall(text)}


def fault(question, language, numbers):
    """What is wrong with the quiz's data-answer, given the numbers in its outputs; None if nothing is."""
    attribute = re.search(r'data-answer="([^"]*)"', question.attributes)
    if not attribute:
        return 'a quiz has data-answer="…": the number of the right choice, or the number that is asked for'
    asked, _, solution = question.body.partition(SOLUTION[language])
    choices, answer = dict(CHOICE.findall(asked)), attribute[1]
    if not choices:
        if not NUMBER.fullmatch(answer) or float(answer.replace(",", "")) not in numbers:
            return f"data-answer is {answer}, and no included output prints that number"
        return None
    named = re.search(NAMED[language], solution)
    if not named or named[1] != answer or answer not in choices:
        return (
            f"data-answer is {answer}; the short answer must name that choice (“{NAMED[language]}”), and it must exist"
        )
    value = NUMBER.fullmatch(choices[answer].strip(" $"))
    if value and float(value[0].replace(",", "")) not in numbers:
        return f"choice {answer} is {value[0]}, and no included output prints that number"
    return None


def quizzes(language):
    everything = [question for page in pages(language) for question in questions(language, page)]
    return [question for question in everything if 'data-kind="quiz"' in question.attributes]


def test_quiz_answer_is_the_executed_one(lab, language):
    found = {f"docs/{language}/{q.page}:{q.line} #{q.id}": fault(q, language, printed(q)) for q in quizzes(language)}
    assert found, "there is no quiz"
    wrong = [f"{where}: {what}" for where, what in found.items() if what]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def quiz(attributes, asked="1. 12\n2. 1,024\n", short="Choice 2: it doubles."):
    body = f"{asked}\n{SOLUTION['en']}\n    **Short answer.** {short}\n"
    return Question("page.md", 1, "a-quiz", "How many?", f' data-kind="quiz" {attributes}', body)


@pytest.mark.parametrize(
    "question, numbers, words",
    [
        (quiz('data-answer="2"'), {1024}, None),
        (quiz('data-answer="2"', asked="1. It grows.\n2. It shrinks.\n"), set(), None),
        (quiz('data-answer="1"'), {12, 1024}, "must name that choice"),
        (quiz('data-answer="3"', short="Choice 3."), {1024}, "it must exist"),
        (quiz('data-answer="2"'), {1025}, "choice 2 is 1,024"),
        (quiz(""), {1024}, "a quiz has data-answer"),
        (quiz('data-answer="0.25"', asked="How large?"), {0.25}, None),
        (quiz('data-answer="0.25"', asked="How large?"), {0.2}, "no included output prints"),
        (quiz('data-answer="large"', asked="How large?"), {0.2}, "no included output prints"),
    ],
)
def test_a_wrong_quiz_is_noticed(question, numbers, words):
    found = fault(question, "en", numbers)
    assert found is None if words is None else words in found
