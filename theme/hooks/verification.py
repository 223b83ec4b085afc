"""What has been verified where: a table of all snippets, one line for the home page, labels on what only a GPU can show."""

import re

import catalogue
import evidence
from catalogue import SNIPPET
from questions import QUESTION, url

WORDS = {
    "en": {
        "totals": "**{} claims** are asserted on the CPU in every build; they are [not yet verified on a GPU](verification.md).",
        "both": "**{} claims** are asserted on the CPU in every build, **{}** on an [{}](verification.md).",
        "head": "| Claim | Asserts | CPU | GPU | CPU / GPU |",
        "state": {"fresh": "verified", "stale": "stale", "damaged": "damaged", "missing": "not yet run"},
        "device": "**{}**, recorded on {}: {}. {}.",
        "driver": ", CUDA {}, driver {}",
        "states": "{0} {1}",
        "missing": "Not yet run on a GPU",
        "stale": "Changed since it last ran on a GPU",
        "damaged": "The record of its GPU run is damaged",
        "explain": "This snippet needs a CUDA device. No run on one vouches for the code as it stands, so there is no output and no figure to show.",
        "undrawn": "Not yet drawn: this needs a GPU.",
        "frame": "An empty frame in the place of a figure that only a GPU can draw.",
        "drawn": "Recorded on {}.",
        ",": ", ",
        " ": " ",
    },
    "zh": {
        "totals": "每次构建都在 CPU 上检验 **{} 条断言**；[尚未在 GPU 上验证](verification.md)。",
        "both": "每次构建都在 CPU 上检验 **{0} 条断言**，另在 [{2}](verification.md) 上检验了 **{1}** 条。",
        "head": "| 命题 | 断言数 | CPU | GPU | CPU / GPU |",
        "state": {"fresh": "已验证", "stale": "已过期", "damaged": "已损坏", "missing": "尚未运行"},
        "device": "**{}**，记录于 {}：{}。{}。",
        "driver": "，CUDA {}，驱动 {}",
        "states": "{0} {1} 个",
        "missing": "尚未在 GPU 上运行",
        "stale": "上次在 GPU 上运行之后，代码已改动",
        "damaged": "GPU 运行记录已损坏",
        "explain": "这段代码需要 CUDA 设备。现有的代码还没有任何一次 GPU 运行为证，所以这里既不显示输出，也不显示插图。",
        "undrawn": "尚未绘制：需要 GPU。",
        "frame": "空框，此处的图只能由 GPU 绘制。",
        "drawn": "数据来源：{}。",
        ",": "，",
        " ": "",
    },
}  # fmt: skip

FENCE = re.compile(r'^```text title="([^"\n]*)"\n((?:--8<-- "results/([\w-]+/\w+)/[\w-]+\.txt"\n)+)```$', re.M)
IMAGE = re.compile(r"^!\[([^\]]*)\]\(((?:\.\./)+results/([\w-]+/\w+)/[\w-]+\.svg)\)\n/// caption\n", re.M)


def on_pre_build(config):
    evidence.forget()


def on_page_markdown(markdown, page, config, files):
    words, found = WORDS[config.theme["language"]], evidence.collect()
    if "<!-- claims -->" in markdown:
        markdown = markdown.replace("<!-- claims -->", totals(found, words))
    if "<!-- verification -->" in markdown:
        markdown = markdown.replace("<!-- verification -->", report(found, words, page, config, files))
    if not any(proof.needs_gpu for proof in found.values()):
        return markdown

    def output(match):
        proof = found.get(match[3])
        if not proof or not proof.needs_gpu:
            return match[0]
        if proof.gpu == "fresh":
            return match[0].replace(match[1], f"{match[1]} · {source(proof, words)}", 1)
        return f'!!! gpu "{words[proof.gpu]}"\n    {words["explain"]}'

    def figure(match):
        proof = found.get(match[3])
        if not proof or not proof.needs_gpu:
            return match[0]
        label, alt = words["undrawn"], words["frame"]
        if proof.gpu == "fresh":
            label, alt = words["drawn"].format(source(proof, words)), match[1]
        return f"![{alt}]({match[2]})\n/// caption\n*{label}*{words[' ']}"

    return IMAGE.sub(figure, FENCE.sub(output, markdown))


def source(proof, words):
    return f"{evidence.gpu()['name']}{words[',']}{proof.record['date']}"


def totals(found, words):
    """The sentence of the home page. A claim is an assert."""
    on_cpu = sum(proof.cpu.get("asserts", 0) for proof in found.values())
    on_gpu = sum(proof.record.get("asserts", 0) for proof in found.values())
    if not on_gpu:
        return words["totals"].format(on_cpu)
    return words["both"].format(on_cpu, on_gpu, evidence.gpu()["name"])


def report(found, words, page, config, files):
    """The devices, and for each chapter a table of its snippets."""
    here = re.sub(r"\[(.+?)\]\([^)]*\)", r"\1", totals(found, words))  # no link to this very page
    parts = [here, *described(found, words)]
    places = questions_of(files)
    chapters = {index.split("/")[0]: [] for index in catalogue.chapters(config)}  # in the order of the nav
    for proof in found.values():
        chapters.setdefault(proof.snippet.split("/")[0], []).append(proof)
    for chapter, proofs in chapters.items():
        index = files.get_file_from_path(f"{chapter}/index.md")
        title = re.search("^# (.+)", index.content_string, re.M)[1] if index else chapter
        rows = [row(proof, places, page, config.theme["language"]) for proof in proofs]
        table = "\n".join([words["head"], "|---|--:|--:|--:|--:|", *rows])
        parts += [f"## {title} {{ #{chapter} }}", f'<div class="verification" markdown>\n\n{table}\n\n</div>']
    return "\n\n".join(parts)


def described(found, words):
    """A line for each device: name, date, versions, and how many records are in which state."""
    for device in filter(None, (evidence.cpu(), evidence.gpu())):
        versions = ", ".join(f"{name} {version}" for name, version in device["versions"].items())
        if device["kind"] == "cuda":
            versions += words["driver"].format(device.get("cuda"), device.get("driver"))
        states = [evidence.record(device, proof.snippet, proof.digest)[0] for proof in found.values()]
        counts = [words["states"].format(name, states.count(s)) for s, name in words["state"].items() if s in states]
        yield words["device"].format(device["name"], device["date"], versions, words[","].join(counts))


def questions_of(files):
    """The page and anchor of the first question that shows each snippet."""
    places = {}
    for file in files.documentation_pages():
        if file.src_uri.endswith(".md"):
            for question in QUESTION.finditer(file.content_string):
                for snippet in SNIPPET.findall(question["body"]):
                    anchor = re.search(r"\{ #([\w-]+)", question[0])[1]
                    places.setdefault(snippet, f"{file.src_uri}#{anchor}")
    return places


def row(proof, places, page, language):
    words = WORDS[language]
    claim = proof.titles[language].replace("|", r"\vert ")
    place = places.get(proof.snippet)
    link = f"[{claim}]({place})" if place else f"[{claim}]({url(page, f'snippets/{proof.snippet}.py')})"
    asserts = proof.cpu.get("asserts") or proof.record.get("asserts") or "–"
    here = "✓" if proof.cpu else "–"
    if proof.cpu and proof.cpu_seconds:
        here += f" {proof.cpu_seconds:g} s"
    there, ratio = words["state"][proof.gpu], "–"
    if proof.gpu == "fresh":
        there = f"✓ {proof.record['seconds']:g} s · {proof.record.get('memory', 0) / 2**20:.0f} MiB"
        if proof.cpu and proof.cpu_seconds:
            ratio = f"{proof.cpu_seconds / max(proof.record['seconds'], 1e-9):.2g}×"
    return f"| {link} | {asserts} | {here} | {there} | {ratio} |"
