// localStorage that never throws: what cannot be stored, because it is full or blocked, is kept for this page.

const PREFIX = "d2l-notes:"
const held = new Map()

/** The string under this key, "" if there is none. */
export function read(key) {
  try {
    return held.get(key) ?? localStorage.getItem(PREFIX + key) ?? ""
  } catch {
    return ""
  }
}

/** Store a string; "" removes the key. */
export function write(key, value) {
  held.delete(key)
  try {
    if (value) localStorage.setItem(PREFIX + key, value)
    else localStorage.removeItem(PREFIX + key)
  } catch {
    held.set(key, value)
  }
}

/** Is there anything that will be gone with this page? */
export const forgetful = () => held.size > 0
