/* The list of all questions, narrowed by words, exercise, chapter and kind. The choice stands in the address. */
{
  const form = document.querySelector(".filter")
  const output = form.querySelector("output")
  const items = [...document.querySelectorAll(".questions li")].map(item => ({
    item,
    text: item.textContent.toLowerCase(),
    chapter: item.closest("[data-chapter]").dataset.chapter,
    kind: item.querySelector("a").dataset.kind,
    number: item.querySelector("a").dataset.d2l,
  }))

  const narrow = () => {
    const { words, number, chapter, kind } = Object.fromEntries(new FormData(form))
    const [wanted = ""] = number.match(/\d+(\.\d+)*/) ?? [] // also of “exercise 4.6.3” and “习题 4.6”
    const parts = words.toLowerCase().split(/\s+/)
    let shown = 0
    for (const question of items) {
      const fits = (!chapter || chapter === question.chapter)
        && (!kind || kind === question.kind)
        && (!wanted || `${question.number}.`.startsWith(`${wanted}.`))
        && parts.every(part => question.text.includes(part))
      question.item.hidden = !fits
      shown += fits
    }
    for (const section of document.querySelectorAll("[data-chapter], .questions")) {
      section.hidden = !section.querySelector("li:not([hidden])")
    }
    const { some, none } = output.dataset
    output.value = shown ? some.replace("{}", shown).replace("{}", items.length) : none
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString()
    history.replaceState(history.state, "", (chosen ? `?${chosen}` : location.pathname) + location.hash)
  }

  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements[name]) form.elements[name].value = value
  }
  form.hidden = false
  form.addEventListener("input", narrow)
  form.addEventListener("submit", event => event.preventDefault())
  form.addEventListener("reset", () => setTimeout(narrow)) // the fields are emptied after this event
  narrow()
}
