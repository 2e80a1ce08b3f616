// Types of the page's scripts, for the type check alone (tests/apps/page/test_scripts.py): no browser
// reads this file.
type Side = "zh" | "en";
type Status = "unreviewed" | "accepted" | "rejected" | "flagged";

// -- what Python sends ----------------------------------------------------------------------------
/** A row as align/apps/page/protocol.py sends it. */
interface Row {
  id: string;
  position: number;
  revision: number;
  probability: number | null;
  risk: number;
  status: Status;
  who: string;
  why: string;
  note: string;
  crossing: boolean;
  zh: string[];
  en: string[];
  zh_edit: string | null;
  en_edit: string | null;
  zh_turn: number;
  en_turn: number;
  zh_origins: number[][];
  en_origins: number[][];
  raw?: string;
  was?: number | null;
}
interface Issue {
  kind: string;
  label: string;
  side: Side;
  start: number;
  end: number;
  message: string;
}
interface Command {
  name: string;
  label: string;
  keys: string[];
  group: string;
}
interface Option {
  name: string;
  probability: number;
  ids: string[];
  rows: [string, string][];
}
interface Word {
  text: string;
  start: number;
  end: number;
  pinyin: string;
  gloss: string;
}
/** Places in the final text of both sides that say the same. */
type Link = Record<Side, [number, number][]>;
/** The words of a row; more of it where it was asked for whole. */
interface Help {
  ready: boolean;
  links?: Link[];
  revision: number;
  whole: boolean;
  words: Word[];
  pinyin?: string;
}
interface WholeHelp extends Help {
  pinyin: string;
  numbers: { source: string; target: string }[];
  options: Option[];
  url_zh: string;
  url_en: string;
  history: {
    seq: number;
    at: string;
    who: string;
    action: string;
    what: string;
    note: string;
    undone: string;
  }[];
}
interface Thread {
  key: string;
  was: string;
  open: boolean;
  said: { who: string; at: string; text: string }[];
}
/** One answer to a conflict: the texts that it stores (row, side, text) and the words that it removes. */
interface Choice {
  name: "both" | "mine" | "theirs";
  edits: [string, Side, string][];
  removes: string[];
  is_draft: boolean;
}
/** A text that two people changed (align/corpus/review/reconcile.py). */
interface Versions {
  row: string;
  side: Side;
  mine: string;
  theirs: string;
  others: string[];
  choices: Choice[];
}
type Risks = Record<string, number>;

/** What Streamlit draws: the key under which the table asks for everything else. */
interface Drawn {
  view: string;
  drawn: number;
  briefing: string;
  reviewer: string;
  row: string;
  commands: Command[];
}
/** What an answer always says, and what only where it changed (align/apps/page/exchange.py). */
interface Told {
  key: string;
  version: number;
  seq: number;
  ack: number;
  msg: string;
  refused: number[];
  conflicts: Record<string, Versions>;
  focus: { n: number; row: string };
  realigned_msg: string;
  judging: boolean;
}
/** What the aligner realigned: the number in the history, and whose decision led to it. */
interface Realigned {
  seq: number;
  who: string;
}
interface Parts {
  turns: Record<Side, string[]>;
  show: number[] | null;
  filter: string;
  q: string;
  queue: boolean;
  promise: string;
  worst: string;
  people: string[];
  places: Record<string, string>;
  checks: Record<string, Issue[]>;
  terms: Record<string, Link>;
  risks: Risks;
  late: Risks | null;
  news: { rows: string[]; words: string };
  notes: Record<string, Thread[]>;
  realigned: Record<string, Realigned>;
  undo: Record<string, Row | null> | null;
  limits: { doubtful: number };
}
type Answer = Told &
  Partial<Parts> & {
    rows?: Row[];
    patch?: Record<string, Row | null>;
    help: Record<string, Help>;
    foreseen: Foreseen | null;
    errors: Errors | null;
  };
/** How many errors were expected and found after how many rows, and how many are expected in the rows left. */
interface Errors {
  curve: [number, number, number][];
  left: number;
  unreviewed: number;
}
/** One way to carry out a move of many rows, and all of them (align/apps/page/protocol.py). */
interface Way {
  rows: string[];
  first: number;
  last: number;
  turns: number;
  across: boolean;
  target: number;
  after: [string, string][];
  left_off: number;
}
interface Foreseen {
  op: string;
  seen: number;
  ways: Way[];
  refusal: string;
  undone?: string;
}
type Data = Drawn & Told & Parts;

// -- the model ------------------------------------------------------------------------------------
/** One side of a row. */
interface Cell {
  sentences: string[];
  origins: number[][];
  correction: string | null;
  turn: number;
}
/** A sentence, or a correction, in running text. */
interface Piece {
  row: Row;
  text: string;
  at: number;
  origin: number[];
}
interface Paragraph {
  turn: number | null;
  pieces: Piece[];
}

interface Numbered {
  seq: number;
}
type Fields = { rows?: string[]; [field: string]: unknown };
/** An operation as it is sent, and one that waits for its answer. */
interface Wire {
  zh_text?: string;
  en_text?: string;
  note?: string;
  reason?: string;
  seq: number;
  op: string;
  action: string;
  rows?: string[];
  [field: string]: unknown;
}
interface Pending {
  seq: number;
  wire: Wire;
  rows: Set<string>;
  guess?: Guess;
  sketch?: Sketch;
}
/** An operation whose preview is awaited; ``chord`` says whether a key with Ctrl or Alt asked for it. */
interface Foreseeing {
  op: string;
  action: string;
  fields: Fields;
  chord: boolean;
}
/** What a row will be; null where only Python knows. */
type Guess = ((row: Row) => Row) | null;
/** What all rows may look like until Python has answered. */
type Sketch = (rows: Map<string, Row>) => Map<string, Row>;
/** A text that is being written: of the row ``of``, whose text was ``base`` when it was begun. */
interface Draft {
  id: string;
  of: string;
  side: Side;
  seen: number;
  from: number[][];
  place: number;
  base: string;
  text: string;
  caret: number;
}
interface KeptNote {
  id: string;
  thread?: string;
  flag?: boolean;
  values?: Record<string, string>;
}
interface Conflict {
  briefing: string;
  id: string;
  side: Side;
  text: string;
  why: string;
  versions?: Versions;
}
type Marks = { id: string; seen: number } & Record<Side, number>;

/** Where the pointer is in the window. */
interface Point {
  clientX: number;
  clientY: number;
}
/** A handle of a row: of the row, of its sentence ``at``, or of the border below it. */
interface Grip {
  kind: "row" | "sentence" | "border";
  id: string;
  side: Side;
  at: number;
}
/** The row under the pointer, and how many of its sentences begin before the border nearest to it. */
interface Spot {
  id: string;
  at: number;
}
/** What a drop does: sentences go from the first row to the second, or both rows are merged. */
interface Drop {
  action: "shift" | "merge";
  rows: string[];
  side: Side;
  up: boolean;
  count: number;
}
/** A handle that is pressed; it is dragged when it is held. ``was`` are the texts that it could change, ``scrolling`` the frame in which the rows scroll on. */
interface Drag {
  grip: Grip;
  seen: number;
  was: string;
  x: number;
  y: number;
  isTouch: boolean;
  isHeld: boolean;
  drop: Drop | null;
  marked: [Element, string][];
  timer: number;
  scrolling: number;
}

// -- the state of the table, in the parts that functions take --------------------------------------
/** All rows as they are and will be, and those that are shown. */
interface Table {
  rows: Map<string, Row>;
  order: Row[];
  place: Map<string, number>;
  shown: Set<string> | null;
  revealed: Set<string>;
}
interface Cursor {
  cur: string;
  side: Side;
  sentence: number;
  anchor: string | null;
  walked?: string;
  clicked: { id: string; side: Side; at: number } | null;
}
type Columns = Record<Side, HTMLElement>;
/** Parts of the page that stay. */
interface Regions {
  root: HTMLElement;
  grid: HTMLElement;
  box: HTMLElement;
  info: HTMLElement;
  bar: HTMLElement;
  panel: HTMLElement;
  prose: HTMLElement;
  body: HTMLElement;
  tip: HTMLElement;
  columns: Columns;
  outline: HTMLCanvasElement;
}
type Heading = HTMLElement & { __turn?: string };
/** What a row shows. */
interface Painted {
  row: Row;
  place: number;
  checks: Issue[];
  notes: Thread[];
  original: boolean;
  pending: boolean;
  news: boolean;
  realigned?: Realigned;
}
/** The nodes of the rows. */
interface RowNodes {
  box: HTMLElement;
  els: Map<string, HTMLElement>;
  parts: HTMLElement[];
  headings: Map<string, Heading>;
  painted: Map<string, Painted>;
}
interface Editing {
  id: string;
  of: string;
  side: Side;
  seen: number;
  base: string;
  before: string;
  cell: HTMLElement;
  from: number[][];
  place: number;
  caret: number;
}
/** The handles of a row and the one that is pressed; ``under`` is the row under the mouse, ``previewed`` one whose split is shown. */
interface Pointed {
  drag: Drag | null;
  handles: HTMLElement | null;
  under: string;
  isTouched: boolean;
  previewed: string;
  placing: boolean;
}
/** What is open: at most one of them. */
interface Open {
  layer: HTMLElement | null;
  editing: Editing | null;
  cutting: (Marks & { text: string }) | null;
  splitting: Marks | null;
  letters: Map<string, string> | null; // of rows in view, with the ids of the rows
}
interface Queue {
  pend: Pending[];
  seq: number;
  queue: string;
  keysWaiting: string[];
  firstPending?: number;
}
type Switch = "panel" | "pinyin" | "original" | "prose" | "mending" | "realigning";
type Ui = Record<Switch, boolean> & { dictionary?: boolean };
/** What functions may set off elsewhere. */
interface Moves {
  checks(row: Row): Issue[];
  notes(row: Row): Thread[];
  selection(): Selection | null;
  say(text: string): void;
  /** Put the focus where the keyboard rests. */
  home(): void;
  run(name: string): void;
  toggle(name: Switch): void;
  edit(): void;
  draft(id: string, side: Side, text: string): void;
  paint(): void;
  paintInfo(): void;
  show(): void;
  showErrors(errors: Errors): void;
  askErrors(): void;
  putBack(id: string): void;
  showForeseen(wanted: Foreseeing, foreseen: Foreseen): void;
  begin(): void;
  mark(scroll?: boolean): void;
  go(id: string): boolean;
  step(by: number): boolean;
  take(number: number): void;
  act(action: string, fields: Fields, guess?: Guess, sketch?: Sketch): void;
  foresee(action: string, fields: Fields): void;
  /** Act if that changes no more rows than a plain key may; otherwise ask first. */
  actNear(action: string, fields: Fields, sketch?: Sketch): void;
  askHelp(row: string, whole: boolean): void;
  grab(grip: Grip, event: PointerEvent): void;
  reply(row: Row, thread: Thread): void;
  closeNote(row: Row, thread: Thread): void;
  trigger(name: "next" | "again", value: true): void;
}
/** The exchange with Python. */
interface Exchange {
  drawn: Drawn;
  data: Data;
  known: Map<string, Row>;
  help: Map<string, Help>;
  look: { row: string; whole: boolean } | null;
  foreseeing: Foreseeing | null;
  asksErrors: boolean;
  reopened: Wire | null;
  tooMany: Wire | null;
  asking: boolean;
  again: boolean;
  asked: number;
  unreachable: boolean;
  loggedOut: boolean;
  refused: Map<string, string>;
  conflicts: Set<Conflict>;
}
/** What was painted last, so that only what changed is painted. */
interface Seen {
  fresh: boolean;
  filtered: boolean;
  marked: Set<Element>;
  pinyin?: HTMLElement;
  options?: HTMLElement;
  focus: number;
  scrollSoon: boolean;
  briefing: string;
  filter: string;
  sought: string;
  queued: boolean;
  panelSignature: string;
  infoSignature: string;
  proseSignature: string;
  synced: Partial<Record<Side, number>>;
  said?: HTMLElement | null;
  saidLast?: string;
  outlined?: unknown[];
  outlining?: boolean;
  lang: string;
  commandsText: string;
  reported: string;
  room: number;
  settled: boolean;
}
interface Timers {
  saying: number;
  resting: number;
  hovering: number;
  revealing: number;
  timer?: number;
  watch?: ResizeObserver;
  outage?: MutationObserver;
  off?(): void;
}
/** State of the table; it lives on its root element. */
interface State
  extends Table, Cursor, Regions, RowNodes, Pointed, Open, Queue, Moves, Exchange, Seen, Timers {
  commands: Command[];
  byKey: Map<string, string>;
  byChord: boolean;
  opened: number;
  ui: Ui;
  words: string;
  note: string;
  warned: boolean;
  seeking: boolean;
  pointed: [string, Side, number] | null;
  /** The words that were marked in a row. */
  picked: { row: string; spans: Partial<Record<Side, [number, number]>> } | null;
}
type Revealing = Pick<State, "grid" | "els" | "cur" | "settled" | "revealing">;
type Windowed = Revealing & Pick<State, "root" | "body" | "bar" | "info" | "room" | "ui" | "watch">;
type Pointing = Pick<
  State,
  | "pointed"
  | "ui"
  | "els"
  | "columns"
  | "help"
  | "pend"
  | "look"
  | "hovering"
  | "askHelp"
  | "editing"
>;
type Editor = Pointing &
  Table &
  Cursor &
  Pick<
    State,
    | "data"
    | "refused"
    | "briefing"
    | "painted"
    | "words"
    | "warned"
    | "home"
    | "say"
    | "act"
    | "paint"
    | "toggle"
    | "go"
    | "step"
    | "selection"
  >;
type Filtering = Table &
  Cursor &
  Queue &
  Pick<
    State,
    "known" | "data" | "filter" | "sought" | "scrollSoon" | "editing" | "focus" | "briefing"
  >;
type RowPainting = Table &
  Cursor &
  Queue &
  RowNodes &
  Open &
  Pick<State, "root" | "data" | "ui" | "picked" | "filtered" | "checks" | "say" | "putBack">;
type Marking = Table & Cursor & Revealing & Pick<State, "marked">;
type Resting = Table &
  Cursor &
  Pick<State, "ui" | "data" | "help" | "resting" | "reported" | "askHelp">;
type Panel = Table &
  Cursor &
  Pick<
    State,
    | "panel"
    | "root"
    | "ui"
    | "help"
    | "panelSignature"
    | "checks"
    | "notes"
    | "run"
    | "act"
    | "actNear"
    | "reply"
    | "closeNote"
  >;
type Exchanging = Exchange &
  Queue &
  Pick<
    State,
    | "root"
    | "cur"
    | "els"
    | "grid"
    | "trigger"
    | "show"
    | "begin"
    | "paintInfo"
    | "say"
    | "showForeseen"
    | "showErrors"
    | "tooMany"
    | "ui"
  >;
type Beginning = Pick<
  State,
  | "opened"
  | "fresh"
  | "headings"
  | "painted"
  | "help"
  | "briefing"
  | "data"
  | "trigger"
  | "els"
  | "editing"
  | "letters"
  | "cur"
  | "anchor"
  | "words"
  | "note"
  | "side"
>;
/** What commands take. */
type Commanded = Table &
  Cursor &
  Moves &
  Pick<
    State,
    | "pend"
    | "root"
    | "grid"
    | "columns"
    | "els"
    | "ui"
    | "data"
    | "help"
    | "picked"
    | "pointed"
    | "layer"
    | "commands"
    | "cutting"
    | "splitting"
    | "letters"
    | "box"
  >;

/** A way of working in which keys have other meanings: what Enter is called, and who answers. */
interface Mode {
  label: string;
  press(event: KeyboardEvent): unknown;
  types: boolean;
}
interface Field {
  name: string;
  label: string;
  value?: unknown;
  options?: string[];
  type?: string;
  step?: string;
  required?: boolean;
}
interface Question {
  label: string;
  fields: Field[];
  done(values: Record<string, string>): unknown;
  foresee?(values: Record<string, string>): string;
  keep?(values: Record<string, string> | null): void;
}
type Listener = [EventTarget, string, (event: any) => void, boolean];
type Root = HTMLElement & { __state?: State };
interface Component {
  data: Drawn;
  parentElement: HTMLElement & { getSelection?(): Selection };
  setTriggerValue(name: string, value: unknown): void;
}

// -- lines of a concordance -----------------------------------------------------------------------
type HitPiece = [string, string];
interface Hit {
  id: string;
  briefing: string;
  date: string;
  speaker: string;
  status: Status;
  probability: number | null;
  side: Side;
  line: [string, string, string];
  other: HitPiece[];
  from: [number, number];
  zh: HitPiece[];
  en: HitPiece[];
  title: string;
  note: string;
}
interface HitsData {
  rows: Hit[];
  decides: boolean;
  links: Record<string, Link[]>;
}
/** A decision about a hit, with the texts that were shown; an undo or redo names no row. */
interface HitWire {
  seq: number;
  op: string;
  action: "accept" | "edit" | "undo" | "redo";
  rows: string[];
  briefing: string;
  shown: string[];
  title: string;
  zh_text?: string;
  en_text?: string;
  near?: boolean;
}
/** How many rows or terms the next undo and redo change. */
type Sizes = { undo: number; redo: number };
interface HitsAnswer {
  ack: number;
  msg: string;
  refused: number[];
  messages: Record<string, string>;
  sizes: Sizes;
}
/** Texts that are typed or were refused, with the reason. */
type HitDraft = { zh?: string; en?: string; why?: string; title?: string };
/** What the toolbar and the hits of a page share (decisions.js). */
interface Decisions {
  view: string;
  reviewer: string;
  queue: string;
  pend: HitWire[];
  seq: number;
  drafts: Record<string, HitDraft>;
  said: Map<string, string>;
  sending: boolean;
  unreachable: boolean;
  loggedOut: boolean;
  lost: string;
  told: string;
  isRefused: boolean;
  done: string;
  news: number;
  sizes: Sizes;
  tooMany: HitWire | null;
  commands: Command[];
  draw(): void;
  listeners: Set<() => void>;
  runHit?(name: string): boolean;
  focusHit?(): void;
}
interface ToolbarState extends Pick<
  State,
  | "root"
  | "bar"
  | "info"
  | "layer"
  | "home"
  | "run"
  | "commands"
  | "byKey"
  | "byChord"
  | "lang"
  | "commandsText"
  | "infoSignature"
> {
  built: string;
  firstPending?: number;
  timer?: number;
  outage?: MutationObserver;
}
interface ToolbarComponent {
  data: {
    view: string;
    reviewer: string;
    sizes: Sizes;
    news: { n: number; words: string };
    commands: Command[];
  };
  parentElement: HTMLElement;
  setTriggerValue(name: string, value: true): void;
}
interface HitsState {
  root: HTMLElement;
  data: HitsData;
  seq: number;
  open: string;
  cur: string;
  warned: boolean;
  composing: boolean;
  links: Map<string, Link[]>;
  pointed: { row: Hit; side: Side; at: number } | null;
  looking?: number;
  set(name: string, value: object): void;
  off?(): void;
}
interface HitsComponent {
  data: HitsData;
  parentElement: HTMLElement;
  setStateValue(name: string, value: object): void;
}

// -- the list of briefings --------------------------------------------------------------------------
type DeskColumn = "date" | "en" | "zh" | "rows" | "done" | "wrong" | "notes" | "owners" | "changed";
type DeskAction = "export" | "describe" | "assign";
/** What the address says of the list. */
interface DeskQuery {
  find: string;
  part: string;
  sort: string;
}
/** A briefing as align/apps/page/desk_table.py sends it. */
interface DeskLine {
  id: string;
  date: string;
  en: string;
  zh: string;
  site: string;
  rows: number;
  done: number;
  flagged: number;
  wrong: number;
  notes: number;
  owners: string[];
  changed: string;
}
/**
 * ``lines`` come if the browser does not have them, ``order`` unless it only watches. A long list
 * begins with its ``first`` lines and the ``ids`` of all that are shown.
 */
interface DeskAnswer {
  version: string;
  lines?: DeskLine[] | null;
  order?: number[];
  first?: DeskLine[];
  ids?: string[];
  words: string;
  lost?: string;
}
interface DeskData {
  view: string;
  drawn: number;
  actions: DeskAction[];
}
/**
 * ``shown`` are the lines in their order, at the beginning only the first ones; ``ids`` are the ids
 * of all and ``places`` their numbers.
 */
interface DeskState {
  root: HTMLElement;
  data: DeskData;
  seq: number;
  field: HTMLInputElement;
  part: HTMLSelectElement;
  grid: HTMLElement;
  space: HTMLElement;
  query: DeskQuery;
  version: string;
  lines: DeskLine[];
  shown: DeskLine[];
  ids: string[];
  places: Map<string, number>;
  words: string;
  lost: string;
  cur: string;
  clicked: string;
  selected: Set<string>;
  asking: boolean;
  again: boolean;
  typing: number;
  scrolling: number;
  set(name: string, value: object): void;
  off?(): void;
}
interface DeskComponent {
  data: DeskData;
  parentElement: HTMLElement;
  setStateValue(name: string, value: object): void;
}

// -- shortcuts in the settings ---------------------------------------------------------------------
/** A command with its keys, and those that it has by default. */
interface Binding extends Command {
  usual: string[];
}
interface BindingsData {
  commands: Binding[];
  reserved: Record<string, string>;
  problem: string;
}
/** ``waiting`` is the command whose next key is awaited, ``clash`` what has to be asked first. */
interface BindingsState {
  root: HTMLElement;
  data: BindingsData;
  waiting: string;
  clash: { name: string; keys: string[] } | null;
  words: string;
  set(name: string, value: object): void;
  off?(): void;
}
interface BindingsComponent {
  data: BindingsData;
  parentElement: HTMLElement;
  setStateValue(name: string, value: object): void;
}

// -- what the browser has and the type check does not know ----------------------------------------
interface Window {
  __reviewTab?: string;
  __alignNumber?: number;
  __reviewRefused?: { texts: Map<string, string>; conflicts: Set<Conflict> };
  __alignTexts?: { lang: string; texts: Record<string, string> };
  Highlight?: unknown;
}
interface Element {
  contentEditable: string;
  hidden: boolean;
  readonly offsetParent: Element | null;
  readonly offsetHeight: number;
  readonly style: CSSStyleDeclaration;
  lang: string;
  dir: string;
  title: string;
  readonly dataset: DOMStringMap;
  closest(selectors: string): HTMLElement | null;
  focus(options?: FocusOptions): void;
  click(): void;
  select?(): void;
}
interface EventTarget {
  closest?(selector: string): HTMLElement | null;
}
interface ParentNode {
  querySelector(selectors: string): HTMLElement | null;
  querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
}
interface ShadowRoot {
  getSelection?(): Selection;
}
interface Selection {
  getComposedRanges?(options: { shadowRoots: Node[] }): StaticRange[];
}
interface Document {
  caretPositionFromPoint?(
    x: number,
    y: number,
    options?: object,
  ): { offsetNode: Node; offset: number } | null;
}
declare class Highlight {
  constructor(...ranges: AbstractRange[]);
}
declare namespace CSS {
  const highlights: Map<string, Highlight>;
}
