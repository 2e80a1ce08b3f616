// @ts-check
// Streamlit's own window about an outage: it makes the page inert and takes the focus, so that
// letters are lost while somebody types. The line above the rows says that the server is away.

// Close the window, if it is open; return whether it was. page.css keeps it from being seen and
// focused.
export function closeOutage() {
  const dialog = document.querySelector("[role=dialog]");
  const outage = dialog?.querySelector("[slot=title]")?.textContent === "Connection error";
  if (outage) dialog.querySelector("[aria-label=Close]")?.click();
  return outage;
}

/**
 * Close it as soon as it is there, before the browser takes the focus from a page that is inert.
 * @param {{ root: HTMLElement }} state
 * @returns {MutationObserver}
 */
export function watchOutage({ root }) {
  const observer = new MutationObserver(() => {
    if (!closeOutage()) return;
    const host = /** @type {ShadowRoot} */ (root.getRootNode()).host;
    for (
      let node = host?.closest("[inert]");
      node;
      node = node.parentElement?.closest("[inert]") ?? null
    )
      node.removeAttribute("inert");
  });
  observer.observe(document.body, { childList: true, subtree: true });
  return observer;
}
