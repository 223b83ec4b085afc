"""llms.txt, a map of the site for language models (llmstxt.org), and robots.txt, which names the sitemaps."""

import catalogue
from descriptions import describe
from mkdocs.structure.files import File

ABOUT = """
Every question is answered in this order: short answer, derivation, executed snippet with its output and figure, common
mistake. Exercise numbers are those of the book's Chinese second edition, which the English edition counts differently.
Every page exists in English and, below zh/, in Chinese, with the same anchors.
"""


def on_files(files, config):
    if config.theme["language"] == "en":
        root = config.site_url
        maps = "".join(f"Sitemap: {root}{language['prefix']}sitemap.xml\n" for language in config.extra["languages"])
        files.append(File.generated(config, "robots.txt", content=f"User-agent: *\nAllow: /\n\n{maps}"))
        files.append(File.generated(config, "llms.txt", content="\n".join(lines(config, files))))


def lines(config, files):
    yield f"# {config.site_name}\n\n> {config.site_description}\n{ABOUT}"
    for language in config.extra["languages"]:
        for index, pages in catalogue.chapters(config).items():
            yield from chapter(language["code"], index, pages, config.site_url + language["prefix"], files)


def chapter(language, index, pages, root, files):
    yield f"## {catalogue.title(language, index)}\n"
    for page in [index, *pages]:
        url = root + files.get_file_from_path(page).url
        yield f"- [{catalogue.title(language, page)}]({url}): {describe(catalogue.read(language, page))}"
        for question in catalogue.questions(language, page):
            yield f"- [{question.title}]({url}#{question.id}): {question.label(language)}"
    yield ""
