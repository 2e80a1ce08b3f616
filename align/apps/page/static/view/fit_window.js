// @ts-check
// The table fills the rest of the window. If that is too little, as on a telephone, it gets the
// height of a window, and a move of the cursor scrolls it into view.
const LEAST = 220;
const HEADER = 48;
const BELOW = 10;
/** @param {{ root: HTMLElement }} screen */
const pageOf = ({ root }) =>
  /** @type {ShadowRoot} */ (root.getRootNode()).host?.closest('[data-testid="stMain"]');

/** @param {Windowed} state */
function fit(state) {
  const pane = pageOf(state);
  if (!pane || !state.root.isConnected) return;
  const top = state.body.getBoundingClientRect().top;
  const above = top - pane.getBoundingClientRect().top + pane.scrollTop;
  // On a telephone.
  const foot = state.bar.getBoundingClientRect().top > top ? state.bar.offsetHeight : 0;
  let room = pane.clientHeight - above - foot - BELOW;
  if (room < LEAST)
    room = Math.max(
      pane.clientHeight - HEADER - (top - state.root.getBoundingClientRect().top) - foot - BELOW,
      200,
    );
  if (Math.abs(room - (state.room ?? 0)) < 1) return;
  state.room = room;
  state.root.style.setProperty("--room", `${Math.floor(room)}px`);
  const node = state.els.get(state.cur);
  if (node && !state.ui.prose) reveal(state, node);
}

/** @param {Windowed} state */
export function watch(state) {
  const pane = pageOf(state);
  if (!pane || state.watch) return;
  state.watch = new ResizeObserver(() => fit(state));
  for (const node of [pane, pane.firstElementChild, state.bar, state.info])
    if (node) state.watch.observe(node);
  fit(state);
}

/** @param {{ root: HTMLElement }} state */
export function intoView(state) {
  const pane = pageOf(state);
  const box = state.root.getBoundingClientRect();
  if (pane && box.bottom > pane.getBoundingClientRect().bottom + 1)
    pane.scrollTop += box.top - pane.getBoundingClientRect().top - HEADER;
}

/**
 * Whether the start of a row is in view.
 * @param {{ grid: HTMLElement }} state
 * @param {HTMLElement} node
 */
export function inView(state, node) {
  const area = state.grid.getBoundingClientRect();
  const { top } = node.getBoundingClientRect();
  return area.top <= top && top < area.bottom;
}

/**
 * Scroll the rows only: scrollIntoView would move the page around them too. A row that was never in
 * view has a guessed height until the frame after it came near; so after a jump it is looked again,
 * until the row has rested for some frames, where the rows before have come to lie.
 * @param {Revealing} state
 * @param {HTMLElement} node
 */
export function reveal(state, node, again = 12, rests = 0, last = NaN) {
  const area = state.grid.getBoundingClientRect();
  const box = node.getBoundingClientRect();
  const air = Math.min(80, area.height / 5);
  const start = state.grid.scrollTop;
  const stuck =
    node.parentElement?.querySelector(".turn:not([hidden])")?.getBoundingClientRect().bottom ?? 0;
  if (box.top < Math.max(area.top + air, stuck))
    state.grid.scrollTop += box.top - Math.max(area.top + air, stuck);
  else if (box.bottom > area.bottom - air)
    state.grid.scrollTop += Math.min(box.bottom - area.bottom + air, box.top - area.top - air);
  const top = state.grid.scrollTop;
  if (state.settled && top === start) return; // it is there, and nothing was jumped over
  cancelAnimationFrame(state.revealing);
  const still = start !== last || box.top < area.top || box.bottom > area.bottom ? 0 : rests + 1;
  state.settled = !again || still > 2;
  if (!state.settled)
    state.revealing = requestAnimationFrame(() => {
      if (state.els.get(state.cur) === node) reveal(state, node, again - 1, still, top);
    });
}
