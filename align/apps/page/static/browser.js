// @ts-check
// What the browser keeps for all its tabs (names that were typed, the language), the language of
// the page, and the texts of its scripts in that language. The server reads the cookies on opening.
// The field in which a page begins: the name at first, the words of a search.
const FIELDS = ".st-key-who_name input, .st-key-words input";
const findField = () => /** @type {HTMLInputElement | null} */ (document.querySelector(FIELDS));

// Streamlit draws a field some time after this script has run.
function focusName(tries = 100) {
  const field = /** @type {HTMLInputElement | null} */ (
    document.querySelector(".st-key-who_name input")
  );
  if (field && document.activeElement === document.body) field.focus();
  else if (!field && tries) requestAnimationFrame(() => focusName(tries - 1));
}

/** @param {KeyboardEvent} event */
function onSlash(event) {
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  const field = findField();
  if (
    event.key !== "/" ||
    event.ctrlKey ||
    event.altKey ||
    event.metaKey ||
    event.defaultPrevented ||
    !field
  )
    return;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
  event.preventDefault();
  field.focus();
}

/**
 * @param {{ data: { lang: string, texts: Record<string, string>, cookies: Record<string, string> } }} component
 */
export default function ({ data }) {
  for (const [name, value] of Object.entries(data.cookies))
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; SameSite=Lax`;
  // On the way to another page Streamlit writes its query into this one first: "Back" would come to
  // that.
  history.pushState = (state, title, address) => {
    const { pathname, search } = new URL(address ?? "", location.href);
    const twice = search && search === location.search && pathname !== location.pathname;
    History.prototype[twice ? "replaceState" : "pushState"].call(history, state, title, address);
  };
  if (!window.__alignTexts) {
    document.addEventListener("keydown", onSlash);
    focusName();
  }
  document.documentElement.lang = data.lang;
  window.__alignTexts = data;
  window.dispatchEvent(new Event("align-texts"));
}
