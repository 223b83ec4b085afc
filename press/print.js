// One document of a chapter's pages, in an empty page of the same origin: no script of the site runs, links are known.
async ({ urls, words, style }) => {
  const STATEMENT = /^(?![\s)\]}]|(?:elif|else|except|finally)\b)./gm
  const make = (tag, attributes, ...inside) => {
    const element = Object.assign(document.createElement(tag), attributes)
    element.append(...inside)
    return element
  }
  const textsOf = box => {
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT)
    return [...(function* () { while (texts.nextNode()) yield texts.currentNode })()]
  }
  const at = (box, offset) => {
    for (const text of textsOf(box)) {
      if (offset < text.length) return [text, offset]
      offset -= text.length
    }
  }
  const split = (box, pattern, tag, className) => { // into elements that begin where the pattern matches
    const pieces = [...box.textContent.matchAll(pattern)].reverse().map(({ index }) => {
      const range = document.createRange()
      range.selectNodeContents(box)
      range.setStart(...at(box, index))
      return make(tag, { className }, range.extractContents())
    })
    box.append(...pieces.reverse())
    return pieces
  }
  const parse = async (url, index) => {
    const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html")
    page.head.prepend(Object.assign(page.createElement("base"), { href: url }))
    page.prefix = `p${index}-` // an id is unique on its page only
    return page
  }
  const pages = await Promise.all(urls.map(parse))
  const prefixes = new Map(urls.map((url, index) => [url, pages[index].prefix]))

  const settle = (page, article) => {
    article.querySelectorAll("script, button, input, .headerlink, .toc, .progress, .katex-mathml").forEach(e => e.remove())
    article.querySelectorAll("details").forEach(answer => (answer.open = true))
    article.querySelectorAll("a[href]").forEach(link => {
      const { origin, pathname, hash } = new URL(link.href)
      const prefix = prefixes.get(origin + pathname)
      link.setAttribute("href", prefix ? `#${prefix}${hash.slice(1)}` : link.href)
    })
    article.querySelectorAll("[src]").forEach(image => image.setAttribute("src", image.src))
    article.querySelectorAll("svg image").forEach(image => {
      image.setAttribute("href", new URL(image.getAttribute("href"), page.baseURI))
    })
    article.querySelectorAll("[id]").forEach(element => element.closest("svg") || (element.id = page.prefix + element.id))
    article.querySelector("h1").before(make("a", { id: page.prefix })) // a link to the page, without a place on it
    return article
  }
  const [opening, ...articles] = pages.map(page => settle(page, page.querySelector("article")))

  const nameOf = heading => // without its kind and number
    [...heading.childNodes].filter(part => !part.classList?.contains("kind")).map(part => part.textContent).join("").trim()
  const entry = heading => {
    const number = make("span", { className: "number", textContent: "000" })
    const name = make("span", { className: "name", textContent: nameOf(heading) })
    return make("li", {}, make("a", { href: `#${heading.id}` }, name, number))
  }
  const contents = articles.map(article => {
    const item = entry(article.querySelector("h1"))
    item.append(make("ol", {}, ...[...article.querySelectorAll("h2[data-kind]")].map(entry)))
    return item
  })
  const introduction = opening.querySelectorAll("h1 ~ p:not(h2 ~ p, .figure)")

  Object.assign(document.documentElement, { lang: pages[0].documentElement.lang, dir: "ltr" })
  document.title = `${words.title} · ${words.site}`
  await Promise.all([...pages[0].querySelectorAll("link[rel=stylesheet]")].map(({ href }) => new Promise((done, failed) => {
    document.head.append(make("link", { rel: "stylesheet", href, onload: done, onerror: () => failed(href) }))
  })))
  document.body.dataset.mdColorScheme = "default"
  document.body.append(
    make("section", { className: "opening md-typeset" },
      make("p", { className: "site" }, make("a", { href: words.url, textContent: words.site })),
      make("h1", { textContent: words.title }),
      ...introduction,
      make("p", { className: "imprint", textContent: words.imprint }),
      make("h2", { textContent: words.contents }),
      make("ol", { className: "contents" }, ...contents)),
    ...articles)

  const running = articles.map((article, index) => { // the page's title at the top of its sheets
    article.style.page = `page${index}`
    const title = article.querySelector("h1").textContent.trim().replace(/["\\\n]/g, mark => `\\${mark.charCodeAt().toString(16)} `)
    return `@page page${index} { @top-right { content: "${title}" } }`
  })
  document.head.append(make("style", { textContent: [style, ...running].join("\n") }))

  await document.fonts.ready
  document.querySelectorAll("pre > code").forEach(code => { // a line of code is never broken: it must copy as it is
    const { fontSize, paddingLeft } = getComputedStyle(code)
    const room = code.clientWidth - 2 * parseFloat(paddingLeft)
    const line = code.scrollWidth - parseFloat(paddingLeft)
    if (line > room) code.style.fontSize = `${parseFloat(fontSize) * room / line}px`
    if (code.textContent.split("\n").length > 30) code.closest(".highlight").style.breakInside = "auto" // at a statement
    split(code, STATEMENT, "span", "statement").forEach(statement => split(statement, /.*\n|.+$/g, "p", "line"))
  })
  return {
    headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(nameOf),
    pieces: [...document.querySelectorAll("p.line")].flatMap(textsOf).map(text => text.data.replace("\n", "")).filter(text => text),
  }
}
