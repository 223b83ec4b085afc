"""Pages: both languages say the same, every question is complete, Chinese is set as Chinese."""

import difflib
import re
from collections import Counter
from pathlib import PurePosixPath

import pytest
from pages import DOCS, FENCE, HEADING, IMAGE, INCLUDE, ROOT, pages, prose, questions, read, skeleton
from typography import faults

BOTH = sorted(set(pages("en")) & set(pages("zh")))
LESSONS = [page for page in BOTH if len(questions("en", page)) > 1]
KINDS = {"concept", "derivation", "proof", "code", "experiment", "quiz"}
ATTRIBUTES = re.compile(
    r'( data-d2l="\d+\.\d+\.\d+")?'
    r' data-kind="(quiz" data-answer="[-+.,e\d]+"( data-tolerance="[.e\d-]+")?|(?!quiz)\w+")'
)
LEAD = {"en": "**Short answer.**", "zh": "**简答。**"}
ANSWER = {"en": '??? success "Answer"', "zh": '??? success "答案"'}


def none_of(faults):
    faults = list(faults)
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_every_page_exists_in_both_languages():
    assert pages("en") == pages("zh")


@pytest.mark.parametrize("page", BOTH)
def test_translation_has_the_same_skeleton(page):
    english, chinese = ([line for q in questions(language, page) for line in skeleton(q)] for language in ("en", "zh"))
    none_of(difflib.unified_diff(english, chinese, f"docs/en/{page}", f"docs/zh/{page}", lineterm="", n=1))


@pytest.mark.parametrize("page", LESSONS)
def test_question_is_complete(page, language):
    wrong = []
    for question in questions(language, page)[1:]:
        where = f"docs/{language}/{page}:{question.line} #{question.id}"
        kind = re.search(r'data-kind="(\w+)"', question.attributes)
        if not kind or kind[1] not in KINDS:
            wrong.append(f"{where}: data-kind must be one of {', '.join(sorted(KINDS))}")
        elif kind[1] == "quiz" and ANSWER[language] not in question.body:
            wrong.append(f"{where}: a quiz hides its answer inside {ANSWER[language]}")
        if LEAD[language] not in question.body:
            wrong.append(f"{where}: no {LEAD[language]}")
        if not any(fence["info"] == "python" for fence in FENCE.finditer(question.body)):
            wrong.append(f"{where}: no evidence (a fenced python block)")
        if "$" in question.title or "`" in question.title:
            wrong.append(f"{where}: the heading is plain text")
        if not ATTRIBUTES.fullmatch(question.attributes):
            wrong.append(
                f'{where}: attributes are data-d2l="4.6.2" (if the book has it), data-kind="…"'
                ' and, for a quiz, data-answer="…" (with data-tolerance="…", if it is a number that is not exact)'
            )
    none_of(wrong)


@pytest.mark.parametrize("page", LESSONS)
def test_every_second_level_heading_is_a_question(page, language):
    headings = re.findall(r"^## .*$", prose(read(language, page)), re.M)
    strays = [heading for heading in headings if not HEADING.match(heading)]
    assert not strays, f"docs/{language}/{page}: headings without id: {strays}"


@pytest.mark.parametrize("page", BOTH)
def test_image_exists_and_has_alternative_text(page, language):
    wrong = []
    for image in IMAGE.finditer(prose(read(language, page))):
        target = (DOCS[language] / page).parent / image["target"]
        if not image["alt"].strip() or re.search(r"[$`\\]", image["alt"]):
            wrong.append(f"{image['target']}: alternative text is words, without formulas and code: {image['alt']!r}")
        if image["target"].startswith("../") and not target.resolve().is_relative_to(ROOT / "results"):
            wrong.append(f"{image['target']}: does not lead to results/ from docs/{language}/{page}")
    none_of(wrong)


@pytest.mark.parametrize("page", LESSONS)
def test_page_uses_its_own_snippets(page, language):
    chapter, stem = PurePosixPath(page).parent.name, PurePosixPath(page).stem.replace("-", "_")
    targets = [match["target"] for match in INCLUDE.finditer(read(language, page))]
    targets += [match["target"].removeprefix("../../../") for match in IMAGE.finditer(read(language, page))]
    strangers = [t for t in targets if not re.match(rf"(snippets|results)/{chapter}/{stem}_\w+(/|\.py)", t)]
    assert not strangers, f"docs/{language}/{page} uses what belongs to another page: {strangers}"


@pytest.mark.parametrize("page", BOTH)
def test_no_way_around_running_a_block(page, language):
    text = read(language, page)
    ways = re.findall(r"<!--.*?pytest.*?-->|^ *~~~.*$", text, re.M)
    ways += [f"```{fence['info']}" for fence in FENCE.finditer(text) if fence["info"] not in {"python", "text"}]
    assert not ways, f"docs/{language}/{page}: a block is python, and runs, or text: {ways}"


def test_question_ids_are_unique_and_stay_for_ever():
    ids = Counter(question.id for page in pages("en") for question in questions("en", page)[1:])
    assert not [name for name, count in ids.items() if count > 1], "duplicate ids"
    published = set((ROOT / "tests/question_ids.txt").read_text("utf-8").split())
    assert not published - set(ids), f"published, and now gone or renamed: {sorted(published - set(ids))}"


@pytest.mark.parametrize("page", pages("zh"))
def test_chinese_typography(page):
    none_of(f"docs/zh/{page}:{line}: {fault}" for line, fault in faults(read("zh", page)))
