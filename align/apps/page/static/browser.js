// @ts-check
// What the browser keeps for all its tabs (names that were typed, the language), the language of the
// page, and the texts of its scripts in that language. The server reads the cookies on opening.
/** @param {{ data: { lang: string, texts: Record<string, string>, cookies: Record<string, string> } }} component */
export default function ({ data }) {
  for (const [name, value] of Object.entries(data.cookies))
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; SameSite=Lax`;
  // On the way to another page Streamlit writes its query into this one first: "Back" would come to that.
  history.pushState = (state, title, address) => {
    const { pathname, search } = new URL(address ?? "", location.href);
    const twice = search && search === location.search && pathname !== location.pathname;
    History.prototype[twice ? "replaceState" : "pushState"].call(history, state, title, address);
  };
  document.documentElement.lang = data.lang;
  window.__alignTexts = data;
  window.dispatchEvent(new Event("align-texts"));
}
