// What the reader knows, question by question, and every <span class="progress" data-progress="id1 id2 …">.

import { read, write } from "./store.js"
import { words } from "./words.js"

/** "yes", "no", or "" while the reader has not said. */
export const grade = id => /^(yes|no)$/.exec(read(`known:${id}`))?.[0] ?? ""

/** Remember "yes" or "no"; "" forgets. Who shows grades listens for `progress` on the document. */
export function setGrade(id, value) {
  write(`known:${id}`, value) // a key for each id: no two tabs overwrite each other
  changed()
}

/** Fill every progress element of the page. */
export function show() {
  for (const element of document.querySelectorAll(".progress")) {
    const ids = element.dataset.progress.split(/\s+/).filter(Boolean)
    const known = ids.filter(id => grade(id) === "yes").length
    element.innerHTML = `<span style="--share: ${known / (ids.length || 1)}"></span>${known} / ${ids.length}`
    element.role = "img"
    element.ariaLabel = words.known(known, ids.length)
  }
}

const changed = () => document.dispatchEvent(new Event("progress"))

document.addEventListener("progress", show)
addEventListener("storage", changed) // another tab
addEventListener("pageshow", event => event.persisted && changed()) // back from another page
show()
