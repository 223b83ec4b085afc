// Self-test: answers are hidden until the reader asks for one, and says whether it was known.

import { grade, setGrade, show } from "./progress.js"
import { article, questionOf, questions } from "./questions.js"
import { addPanel, barOf, render } from "./selftest-view.js"
import { read, write } from "./store.js"
import { words } from "./words.js"

const KEYS = { 1: "no", 2: "yes", Escape: "hide" }
const LISTS = ".toc a, .md-nav a, a.headerlink" // they lead to a question; any other link leads to its answer
const opened = new Set()
const skipped = new Set() // what was known when the reader asked for the rest: nothing vanishes while one reads

const mode = () => /^(all|missed)$/.exec(read("selftest"))?.[0] ?? ""
const refresh = () => render(mode(), opened, skipped)

function start(wanted) {
  write("selftest", wanted)
  opened.clear()
  skip()
  refresh()
}

function skip() {
  skipped.clear()
  for (const { id } of questions()) if (grade(id) === "yes") skipped.add(id)
}

function open({ id, answer }, yes = true) {
  opened[yes ? "add" : "delete"](id)
  skipped.delete(id)
  if (answer[0].tagName === "DETAILS") answer[0].open = yes
  refresh()
}

const act = {
  selftest: () => start(mode() ? "" : "all"),
  missed: () => start(mode() === "missed" ? "all" : "missed"),
  reset() {
    if (!confirm(words.confirm)) return
    for (const { id } of questions()) setGrade(id, "")
    start(mode())
  },
  show(question) {
    open(question)
    question.answer[0].tabIndex = -1 // the keys work from here, and reading aloud goes on here
    question.answer[0].focus({ preventScroll: true })
  },
  hide(question) {
    open(question, false)
    barOf(question.id).querySelector("[data-do=show]").focus()
  },
  yes: question => setGrade(question.id, "yes"),
  no: question => setGrade(question.id, "no"),
}

/** Show the question that an address with # names. */
function follow(hash, toAnswer = true) {
  let target
  try {
    target = hash && document.getElementById(decodeURIComponent(hash.slice(1)))
  } catch {} // no question has such a name
  const question = target && mode() && questionOf(target)
  if (!question) return
  if (toAnswer || target !== question.heading) open(question)
  else skipped.delete(question.id)
  refresh()
  target.scrollIntoView()
}

if (article?.querySelector("h2[id][data-kind]")) {
  addPanel()
  show()
  skip()
  refresh()
  follow(location.hash)

  article.addEventListener("click", event => {
    const control = event.target.closest("[data-do]")
    if (control) act[control.dataset.do](questionOf(control))
  })
  article.addEventListener("keydown", event => {
    const question = questionOf(event.target)
    const free = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches("input, textarea")
    if (!free || !KEYS[event.key] || !mode() || !opened.has(question?.id)) return
    event.preventDefault()
    act[KEYS[event.key]](question)
    if (KEYS[event.key] !== "hide") next(question)
  })
  article.addEventListener("beforematch", event => open(questionOf(event.target)))
  document.addEventListener("progress", refresh)
  new MutationObserver(refresh).observe(article, { childList: true }) // Material wraps tables, a language joins

  let fromList = false
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href*='#']")
    fromList = Boolean(link?.matches(LISTS))
    if (link?.href.split("#")[0] === location.href.split("#")[0]) follow(link.hash, !fromList)
  })
  addEventListener("hashchange", () => follow(location.hash, !fromList))
}

/** After a grade by key, on to the next question that still has its answer. */
function next({ id }) {
  const all = questions()
  const rest = all.slice(all.findIndex(question => question.id === id) + 1)
  const following = rest.find(question => !opened.has(question.id) && !skipped.has(question.id))
  if (following) barOf(following.id).querySelector("button:not([hidden])").focus()
}

document.documentElement.classList.remove("study-waits")
