"""Chinese typesetting: full-width punctuation beside 汉字, a space between 汉字 and Latin, digits, code or formulas."""

import re

HAN = r"[\u4e00-\u9fff]"
WORD = r"[A-Za-z0-9@]"  # @ stands for code and formulas
STOP = "，。；：！？、）》】"
OPEN = "（《【"
RULES = {
    "half-width punctuation beside 汉字": rf"{HAN}[,;:!?()\"']|[,;:!?()\"']{HAN}|{HAN}\.(?!\w)",
    "no space between 汉字 and Latin, digits, code or formula": rf"{HAN}{WORD}|{WORD}{HAN}",
    "space beside full-width punctuation": rf"[{STOP}{OPEN}“] +[^ |*]|[^ |*\n] +[{STOP}{OPEN}”]",
    "space between 汉字": rf"{HAN} +{HAN}",
}
HIDDEN = re.compile(  # code, formulas, markup: replaced, with their line breaks kept
    r"^ *```.*?^ *```$|^(?:!!!|\?\?\?).*$|^/// ?\w*.*$|^--8<--.*$|<!--.*?-->|\{[:#][^}\n]*\}|\{ #[^}\n]*\}", re.M | re.S
)
TOKEN = re.compile(r"\$\$.+?\$\$|\$[^$]+?\$|`[^`\n]+`", re.S)


def faults(text):
    """Yield (line number, what is wrong there) for a Markdown text."""
    text = HIDDEN.sub(lambda m: "\n" * m[0].count("\n"), text)
    text = TOKEN.sub(lambda m: "@" + "\n" * m[0].count("\n"), text)
    text = re.sub(r"!?\[([^\]\n]*)\]\([^)\n]*\)", r"\1", text)
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.replace("*", "")
        for fault, pattern in RULES.items():
            found = re.search(pattern, line if fault.startswith("space beside") else plain)
            if found:
                yield number, f"{fault}: …{found.string[max(0, found.start() - 8) : found.end() + 8]}…"
