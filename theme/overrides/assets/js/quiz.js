// A quiz takes an answer: data-answer is the number of the right choice, or a number that may be off by data-tolerance.

import { setGrade } from "./progress.js"
import { questions } from "./questions.js"
import { words } from "./words.js"

/** The number that a reader means by “1,024”, “−0.5” or “２５６”; NaN if it is none. */
function number(text) {
  const plain = text.normalize("NFKC").replace(/\s/g, "").replace("−", "-")
  return plain ? Number(plain.replace(/,(?=\d{3}(?!\d))/g, "")) : NaN
}

function serve({ id, heading, blocks, answer }) {
  const list = blocks[blocks.indexOf(answer[0]) - 1]
  const choices = list?.tagName === "OL" ? [...list.children] : []
  const field = `<label>${words.label} <input name="said" inputmode="decimal" autocomplete="off"></label>`
  answer[0].insertAdjacentHTML(
    "beforebegin",
    `<form class="study study-quiz" id="quiz-${id}" data-of="${id}">
      ${choices.length ? "" : field}<button>${words.check}</button><output></output>
    </form>`,
  )
  choices.forEach((choice, index) => {
    const radio = `type="radio" name="said" value="${index + 1}" form="quiz-${id}" aria-describedby="${id}"`
    choice.innerHTML = `<label><input ${radio}> ${choice.innerHTML}</label>`
  })

  const form = answer[0].previousElementSibling
  let tries = 0
  form.addEventListener("submit", event => {
    event.preventDefault()
    const { answer: right, tolerance = 0 } = heading.dataset
    const said = number(new FormData(form).get("said") ?? "")
    const correct = Math.abs(said - right) <= Number(tolerance) + 1e-9 * Math.abs(right)
    const verdict = !Number.isNaN(said) ? (correct ? "right" : "wrong") : choices.length ? "choice" : "number"
    form.dataset.verdict = verdict
    form.querySelector("output").value = words[verdict]
    if (!Number.isNaN(said) && !tries++) setGrade(id, correct ? "yes" : "no") // a second try may be a guess
  })
}

for (const question of questions()) if (question.heading.dataset.answer) serve(question)
