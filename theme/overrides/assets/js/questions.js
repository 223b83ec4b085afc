// A question on a page: h2#id[data-kind] and its siblings up to the next h2. What scripts insert has the class "study".

export const article = document.querySelector("article")

/** The questions in order, read afresh: {id, heading, blocks, answer}, where `answer` are the blocks that tell it. */
export const questions = () =>
  [...document.querySelectorAll("article h2[id][data-kind]")].map(heading => {
    const blocks = []
    for (let next = heading.nextElementSibling; next && next.tagName !== "H2"; next = next.nextElementSibling)
      if (!next.matches(".study, .footnote")) blocks.push(next)
    const solution = blocks.findIndex(block => heading.dataset.kind === "quiz" && block.tagName === "DETAILS")
    return { id: heading.id, heading, blocks, answer: blocks.slice(Math.max(solution, 0)) }
  })

/** The question that an element belongs to; what scripts insert says so in data-of. */
export function questionOf(element) {
  const id = element.closest("[data-of]")?.dataset.of
  return questions().find(q => q.id === id || [q.heading, ...q.blocks].some(part => part.contains(element)))
}
