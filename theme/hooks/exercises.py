"""“4.6.3” in the search box leads to that exercise: its section has the number as a tag, which outranks any text."""

import catalogue


def search_index(config):
    return config.plugins["material/search"].search_index


def on_config(config):
    # Chinese words, which jieba parts with U+200B, are found on the English site too (the list of all questions has them);
    # and in “习题4.6.3” no space need stand before the digit
    search_index(config).config["separator"] += r"|\u200b|(?<=[\u4e00-\u9fff])(?=\d)"


def on_page_context(context, page, config, nav):
    language = config.theme["language"]
    questions = {f"{page.url}#{q.id}": q for q in catalogue.questions(language, page.file.src_uri)}
    for entry in search_index(config).entries:
        question = questions.get(entry["location"])
        if question:
            entry["text"] = f"<p>{question.label(language)}</p>{entry['text']}"
            if question.number:
                entry["tags"] = [question.number]
