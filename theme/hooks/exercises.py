"""“4.6.3” in the search box leads to that exercise: its section has the number as a tag, which outranks any text."""

import catalogue


def search_index(config):
    return config.plugins["material/search"].search_index


def on_config(config):
    if config.theme["language"] == "zh":  # “习题4.6.3”: no space need stand between a Chinese character and a digit
        search_index(config).config["separator"] += r"|(?<=[\u4e00-\u9fff])(?=\d)"


def on_page_context(context, page, config, nav):
    language = config.theme["language"]
    questions = {f"{page.url}#{q.id}": q for q in catalogue.questions(language, page.file.src_uri)}
    for entry in search_index(config).entries:
        question = questions.get(entry["location"])
        if question:
            entry["text"] = f"<p>{question.label(language)}</p>{entry['text']}"
            if question.number:
                entry["tags"] = [question.number]
