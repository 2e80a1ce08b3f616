// @ts-check
// The table fills what is left of the window. Where that is little (a telephone), it fills a window
// of its own, which a move of the cursor brings into view.
const LEAST = 220, HEADER = 48, BELOW = 10;
/** @param {{ root: HTMLElement }} screen */
const pageOf = ({ root }) => /** @type {ShadowRoot} */ (root.getRootNode()).host?.closest('[data-testid="stMain"]');
/** @param {Windowed} S */
function fit(S) {
  const pane = pageOf(S);
  if (!pane || !S.root.isConnected) return;
  const top = S.body.getBoundingClientRect().top, above = top - pane.getBoundingClientRect().top + pane.scrollTop;
  const foot = S.bar.getBoundingClientRect().top > top ? S.bar.offsetHeight : 0; // on a telephone
  let room = pane.clientHeight - above - foot - BELOW;
  if (room < LEAST) room = Math.max(pane.clientHeight - HEADER - (top - S.root.getBoundingClientRect().top) - foot - BELOW, 200);
  if (Math.abs(room - (S.room ?? 0)) < 1) return;
  S.room = room;
  S.root.style.setProperty("--room", `${Math.floor(room)}px`);
  const node = S.els.get(S.cur);
  if (node && !S.ui.prose) reveal(S, node);
}
/** @param {Windowed} S */
export function watch(S) {
  const pane = pageOf(S);
  if (!pane || S.watch) return;
  S.watch = new ResizeObserver(() => fit(S));
  for (const node of [pane, pane.firstElementChild, S.bar, S.info]) if (node) S.watch.observe(node);
  fit(S);
}
/** @param {{ root: HTMLElement }} S */
export function intoView(S) {
  const pane = pageOf(S), box = S.root.getBoundingClientRect();
  if (pane && box.bottom > pane.getBoundingClientRect().bottom + 1) pane.scrollTop += box.top - pane.getBoundingClientRect().top - HEADER;
}
// Whether a row begins in what is seen of the rows.
/** @param {{ grid: HTMLElement }} S @param {HTMLElement} node */
export function inView(S, node) {
  const area = S.grid.getBoundingClientRect(), { top } = node.getBoundingClientRect();
  return area.top <= top && top < area.bottom;
}
// Scroll the rows only: scrollIntoView would move the page around them too. A row that was never in
// view has a guessed height until the frame after it came near; so after a jump it is looked again,
// until the row has rested for some frames, where the rows before have come to lie.
/** @param {Revealing} S @param {HTMLElement} node */
export function reveal(S, node, again = 12, rests = 0, last = NaN) {
  const area = S.grid.getBoundingClientRect(), box = node.getBoundingClientRect(), air = Math.min(80, area.height / 5);
  const start = S.grid.scrollTop, stuck = node.parentElement?.querySelector(".turn:not([hidden])")?.getBoundingClientRect().bottom ?? 0;
  if (box.top < Math.max(area.top + air, stuck)) S.grid.scrollTop += box.top - Math.max(area.top + air, stuck);
  else if (box.bottom > area.bottom - air) S.grid.scrollTop += Math.min(box.bottom - area.bottom + air, box.top - area.top - air);
  const top = S.grid.scrollTop;
  if (S.settled && top === start) return; // it is there, and nothing was jumped over
  cancelAnimationFrame(S.revealing);
  const still = start !== last || box.top < area.top || box.bottom > area.bottom ? 0 : rests + 1;
  S.settled = !again || still > 2;
  if (!S.settled) S.revealing = requestAnimationFrame(() => { if (S.els.get(S.cur) === node) reveal(S, node, again - 1, still, top); });
}
