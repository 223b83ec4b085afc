// The pages of a book as one plain document for pandoc, and the figures that it names. `chapters` holds URLs, the index first.
async ({ chapters }) => {
  const make = (tag, attributes, ...inside) => {
    const element = Object.assign(document.createElement(tag), attributes)
    element.append(...inside)
    return element
  }
  const parse = async (url, index) => {
    const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html")
    page.head.prepend(Object.assign(page.createElement("base"), { href: url }))
    return Object.assign(page, { prefix: `p${index}-` }) // an id is unique on its page only
  }
  const urls = chapters.flat()
  const pages = await Promise.all(urls.map(parse))
  const prefixes = new Map(urls.map((url, index) => [url, pages[index].prefix]))
  const figures = {}

  const formula = katex => { // its MathML, and the marks around it, which the site has put into its boxes
    const marks = [...katex.querySelectorAll(".mark")]
    const opens = mark => mark.matches(".katex-base > :first-child")
    const text = marks => marks.map(mark => mark.textContent).join("")
    const math = katex.querySelector("math")
    math.querySelectorAll("annotation").forEach(tex => tex.remove())
    const code = make("code", { className: "mathml", textContent: new XMLSerializer().serializeToString(math) })
    katex.replaceWith(text(marks.filter(opens)), code, text(marks.filter(mark => !opens(mark))))
  }
  const encoded = async url => { // btoa takes no more than a string
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
    return `data:image/png;base64,${btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""))}`
  }
  const figure = async (svg, page) => { // complete: a page sends a letter once for all its figures
    const letters = document.createElementNS(svg.namespaceURI, "defs")
    svg.prepend(letters)
    for (const use of svg.querySelectorAll("use")) {
      const id = use.getAttribute("href").slice(1)
      if (!svg.querySelector(`[id="${id}"]`)) letters.append(page.getElementById(id).cloneNode(true))
    }
    for (const image of svg.querySelectorAll("image")) {
      image.setAttribute("href", await encoded(new URL(image.getAttribute("href"), page.baseURI)))
    }
    svg.querySelectorAll("path:not([d])").forEach(space => space.setAttribute("d", "M0 0"))
    const src = `figure-${Object.keys(figures).length + 1}.svg`
    figures[src] = new XMLSerializer().serializeToString(svg)
    svg.after(make("img", { src, alt: svg.getAttribute("aria-label") }))
  }
  const settle = async page => {
    const article = page.querySelector("article")
    article.querySelectorAll("script, button, input, form, .headerlink, .toc, .progress").forEach(e => e.remove())
    article.querySelectorAll(".katex").forEach(formula)
    const drawn = [...article.querySelectorAll("svg")]
    for (const svg of drawn) await figure(svg, page)
    drawn.forEach(svg => svg.remove()) // only now: later figures look letters up in earlier ones
    article.querySelectorAll(".highlight").forEach(block => {
      const code = make("code", { textContent: block.querySelector("pre").textContent.trimEnd() })
      const pre = make("pre", { className: /language-(\w+)/.exec(block.className)?.[1] ?? "text" }, code)
      const name = block.querySelector(".filename")
      block.replaceWith(...(name ? [make("div", { className: "filename", textContent: name.textContent })] : []), pre)
    })
    article.querySelectorAll(".kind").forEach(kind => {
      const heading = kind.closest("h2")
      if (heading) heading.after(make("div", { className: "kind", textContent: kind.textContent }))
      kind.remove()
    })
    article.querySelectorAll("p.links").forEach(links => links.replaceWith(make("div", { className: "links" }, ...links.childNodes)))
    article.querySelectorAll("details").forEach(box => {
      const summary = box.querySelector("summary")
      summary.replaceWith(make("p", {}, make("strong", {}, ...summary.childNodes)))
      box.replaceWith(make("div", { className: `box ${box.className}` }, ...box.childNodes))
    })
    article.querySelectorAll("a[href]").forEach(link => {
      const { origin, pathname, hash } = new URL(link.href)
      const prefix = prefixes.get(origin + pathname)
      link.setAttribute("href", prefix ? `#${prefix}${hash.slice(1) || "top"}` : link.href)
    })
    article.querySelectorAll("[id]").forEach(element => (element.id = page.prefix + element.id))
    article.querySelector("h1").id = `${page.prefix}top`
    return article
  }
  const lower = article => { // below the chapter
    for (const heading of [...article.querySelectorAll("h1, h2, h3, h4, h5")].reverse()) {
      heading.replaceWith(make(`h${Number(heading.tagName[1]) + 1}`, { id: heading.id }, ...heading.childNodes))
    }
    return article
  }
  const body = make("body", {})
  for (const [index, ...others] of chapters) {
    const opening = await settle(pages[urls.indexOf(index)])
    body.append(opening.querySelector("h1"), ...opening.querySelectorAll("h1 ~ p:not(h2 ~ p, .figure)"))
    for (const url of others) body.append(...lower(await settle(pages[urls.indexOf(url)])).childNodes)
  }
  return { html: body.innerHTML, figures }
}
