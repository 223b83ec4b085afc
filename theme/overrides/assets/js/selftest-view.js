// What self-test shows: the panel at the top of a page, and a bar of buttons in each question.

import { grade } from "./progress.js"
import { article, questions } from "./questions.js"
import { forgetful } from "./store.js"
import { words } from "./words.js"

const CONCEALED = "onbeforematch" in document ? "until-found" : "" // the browser's own search finds it, where it can
const button = (action, attributes = "", key = "") =>
  `<button type="button" data-do="${action}" ${attributes}>${words[action]}${key && ` <kbd>${key}</kbd>`}</button>`

/** Insert the panel below the list of questions. */
export function addPanel() {
  const place = article.querySelector(".toc") ?? article.querySelector("h1")
  const ids = questions().map(({ id }) => id)
  place.insertAdjacentHTML(
    "afterend",
    `<div class="study study-panel" role="group" aria-label="${words.selftest}">
      ${button("selftest", "role=switch")} <span>${words.hint}</span>
      <div>
        <span class="progress" data-progress="${ids.join(" ")}"></span>
        ${button("missed", "aria-pressed")} ${button("reset")}
        <p>${words.kept} <span>${words.keys}</span></p>
      </div>
      <p role="status"></p>
    </div>`,
  )
}

/** The bar stands below the short answer: while that is hidden, right below the question. */
function addBar({ id, answer }) {
  const rest = answer.slice(1).find(block => block.matches("h3, :has(> .lead)"))
  const next = answer[0].tagName === "DETAILS" ? answer[0] : rest
  const place = next?.previousElementSibling ?? answer[0]
  place.insertAdjacentHTML(
    "afterend",
    `<div class="study study-bar" role="group" aria-labelledby="${id}" data-of="${id}">
      ${button("show")} <span></span>
      ${button("no", "aria-pressed aria-keyshortcuts=1", "1")}
      ${button("yes", "aria-pressed aria-keyshortcuts=2", "2")}
      ${button("hide", "aria-keyshortcuts=Escape", "Esc")}
    </div>`,
  )
  return place.nextElementSibling
}

export const barOf = id => article.querySelector(`.study-bar[data-of="${id}"]`)

function conceal(element, yes) {
  if (yes) {
    element.setAttribute("hidden", CONCEALED)
    element.removeAttribute("tabindex") // what scrolls sideways is a stop for the keyboard, if it can be seen
  } else {
    element.removeAttribute("hidden")
    element.querySelector("table")?.removeAttribute("hidden") // Material wrapped it when it was hidden
  }
}

function renderQuestion(question, on, open, gone) {
  const { id, heading, blocks, answer } = question
  const bar = barOf(id) ?? addBar(question)
  for (const block of [heading, ...blocks]) conceal(block, gone || (!open && answer.includes(block)))
  for (const part of article.querySelectorAll(`[data-of="${id}"]`)) part.hidden = gone || (part === bar && !on)
  for (const link of article.querySelectorAll(`.toc a[href="#${id}"]`)) link.dataset.grade = on && grade(id)
  bar.querySelector("span").textContent = open ? words.ask : grade(id) && words.last + words[grade(id)]
  for (const control of bar.querySelectorAll("button")) {
    control.hidden = (control.dataset.do === "show") === open
    if (control.ariaPressed !== null) control.ariaPressed = control.dataset.do === grade(id)
  }
}

/** Make the page look like the mode ("", "all", "missed"), given the ids of opened and of skipped questions. */
export function render(mode, opened, skipped) {
  const all = questions()
  for (const question of all)
    renderQuestion(question, mode, !mode || opened.has(question.id), mode === "missed" && skipped.has(question.id))

  const panel = article.querySelector(".study-panel")
  const control = action => panel.querySelector(`[data-do=${action}]`)
  control("selftest").ariaChecked = Boolean(mode)
  control("missed").ariaPressed = mode === "missed"
  control("reset").disabled = !all.some(({ id }) => grade(id))
  panel.querySelector("div").hidden = !mode
  const empty = mode === "missed" && all.every(({ id }) => skipped.has(id))
  panel.querySelector("[role=status]").textContent = empty ? words.nothing : mode && forgetful() ? words.forgetful : ""
  dispatchEvent(new Event("resize")) // what measures the blocks of a page measures again
}
