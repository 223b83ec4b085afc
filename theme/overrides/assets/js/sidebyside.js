/* Side by side (对照): the other language's prose beside this page's, question by question.

Code, output, figures and formulas are equal in both languages (tests/test_pages.py): they stay, shown once.
Whatever is added has the class "other", so that leaving is removing it; headings stay children of the article. */
{
  const KEY = "d2l-notes:side-by-side"
  const WORDS = {
    en: {
      alone: "Side by side works on pages with questions. This page is shown in English.",
      failed: "The Chinese page could not be loaded, so this page stays in English. Please try again.",
    },
    zh: {
      alone: "对照阅读适用于有题目的页面，本页只显示中文。",
      failed: "英文页面未能加载，本页仍只显示中文，请稍后重试。",
    },
  }
  const QUESTION = "h2[data-kind]"
  const TITLE = "h1, h2, h3, h4, summary, .admonition-title"
  const NESTED = "details, .admonition, figure, figcaption"
  const root = document.documentElement
  const article = document.querySelector("article")
  const button = document.querySelector(".side-by-side__choice")
  const links = [...document.querySelectorAll(".md-select__link")]
  const link = links.find(link => link.lang !== root.lang)
  let wanted = false
  let loaded // a promise of the other language's article: it is asked for once

  const stored = (method, ...value) => {
    try {
      return localStorage[method](KEY, ...value)
    } catch {} // storage is blocked: the choice lasts as long as the page
  }

  const load = async () => {
    const response = await fetch(link.href)
    if (!response.ok) throw new Error(response.status)
    return new DOMParser().parseFromString(await response.text(), "text/html").querySelector("article")
  }

  const make = (tag, ...children) => {
    const element = document.createElement(tag)
    element.append(...children)
    return element
  }

  /* What a block has in common with its translation; prose has nothing. */
  const key = block => {
    if (block.matches(QUESTION)) return block.id
    if (block.matches(".highlight")) return block.querySelector("code").textContent
    if (block.matches("div.arithmatex")) return block.textContent
    return block.querySelector(":scope > .figure") ? "figure" : ""
  }

  const kind = block => {
    if (block.matches("table, .md-typeset__scrollwrap")) return "table"
    const known = ["highlight", "arithmatex", "admonition", "toc"]
    return known.find(name => block.classList.contains(name)) ?? block.tagName
  }

  /* Make a copy fit for this page: its language, links that lead where they led, no second id. */
  const foreign = copy => {
    if (copy.matches("table")) { // boxes as Material's script makes them at load
      copy = make("div", make("div", copy))
      copy.className = "md-typeset__scrollwrap"
      copy.firstChild.className = "md-typeset__table"
    }
    copy.classList.add("other")
    copy.lang = link.lang
    copy.querySelectorAll(".headerlink").forEach(mark => mark.remove())
    for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id")
    for (const anchor of copy.querySelectorAll("a[href]")) {
      const href = anchor.getAttribute("href")
      const here = href[0] === "#" && document.getElementById(decodeURIComponent(href.slice(1)))
      if (!here) anchor.href = new URL(href, link.href)
    }
    return copy
  }

  /* Put a block's translation where it belongs. */
  const join = (own, other) => {
    const copy = document.importNode(other, true)
    if (own.matches(TITLE)) {
      own.append(foreign(make("span", ...copy.childNodes)))
    } else if (own.matches(NESTED)) {
      pair(own, other)
    } else if (key(own) === "figure") {
      const words = foreign(make("span")) // the drawing itself is described in one language only
      words.setAttribute("role", "img")
      words.setAttribute("aria-label", copy.querySelector("[aria-label]").getAttribute("aria-label"))
      own.append(words)
    } else if (!key(own) || key(own) !== key(other)) {
      own.classList.add("half")
      own.after(foreign(copy))
    }
  }

  /* Pair the blocks of two elements in their order; a block without partner stands alone. */
  const pair = (ours, theirs) => {
    const all = [...ours.children].filter(block => !block.matches(".study")) // self-test has put those in
    const rest = [...all]
    ours.classList.add("pair")
    for (const other of theirs.children) {
      const same = block => key(other) && key(block) === key(other)
      const end = rest.findIndex(block => block.matches(QUESTION) && !same(block))
      const question = end < 0 ? rest : rest.slice(0, end)
      let found = question.findIndex(same)
      if (found < 0) found = question.findIndex(block => kind(block) === kind(other))
      if (found > 0 && kind(other) === "P") found = -1 // a paragraph jumps over nothing
      if (found >= 0) join(rest.splice(0, found + 1).pop(), other)
      else if (!all.some(same)) ours.insertBefore(foreign(document.importNode(other, true)), rest[0] ?? null)
    }
  }

  const note = (role, words) => {
    const line = make("p", words)
    line.className = "side-by-side__note other"
    line.setAttribute("role", role)
    article.prepend(line)
  }

  /* Say what is to be done to the page once the other language is here. */
  const entering = async () => {
    if (!article.querySelector(QUESTION)) return () => note("status", WORDS[root.lang].alone)
    try {
      const theirs = await (loaded ??= load())
      return () => pair(article, theirs)
    } catch {
      loaded = undefined
      wanted = false
      return () => note("alert", WORDS[root.lang].failed)
    }
  }

  const leave = () => {
    document.querySelectorAll(".other").forEach(part => part.remove())
    for (const part of document.querySelectorAll(".pair, .half")) {
      part.classList.remove("pair", "half")
      part.classList.length || part.removeAttribute("class")
    }
  }

  /* Change the page below the reader's eyes: what is at the top of the window stays there. */
  const still = change => {
    const header = document.querySelector(".md-header").offsetHeight
    const own = article.querySelectorAll(":scope > :not(.other)")
    const seen = [...own].find(block => block.getBoundingClientRect().bottom > header)
    const top = seen.getBoundingClientRect().top
    change()
    if (scrollY) scrollBy({ top: seen.getBoundingClientRect().top - top, behavior: "instant" })
    dispatchEvent(new Event("resize")) // what scrolls sideways is not what it was (main.html)
  }

  const choose = async on => {
    wanted = on
    const enter = on ? await entering() : () => {}
    if (on && !wanted && loaded) return // given up while the page was loading
    still(() => {
      leave()
      enter()
      root.classList.toggle("side-by-side", article.matches(".pair"))
      button.setAttribute("aria-pressed", wanted)
    })
  }

  if (button) { // page 404 has none: it is in both languages as it is
    button.parentElement.hidden = false
    button.addEventListener("click", async () => {
      button.blur() // closes the menu
      await choose(!wanted)
      stored(wanted ? "setItem" : "removeItem", "on")
    })
    for (const choice of links)
      choice.addEventListener("click", event => {
        stored("removeItem")
        if (choice === link || !wanted) return
        event.preventDefault()
        choice.blur()
        choose(false)
      })
    document$.subscribe(() => stored("getItem") && choose(true))
  }
}
