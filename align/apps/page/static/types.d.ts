// Types of the page's scripts, for the type check alone (tests/apps/page/test_scripts.py): no browser reads
// this file. The scripts of the table are joined into one module, so that each sees what the others
// define.
type Side = "zh" | "en";
type Status = "unreviewed" | "accepted" | "rejected" | "flagged";

/** A row as align/apps/page/protocol.py sends it. */
interface Row {
  id: string; pos: number; rev: number; p: number | null; risk: number; s: Status; who: string; why: string; note: string; x: boolean;
  zh: string[]; en: string[]; zhx: string | null; enx: string | null; tzh: number; ten: number; ozh: number[][]; oen: number[][]; raw?: string;
}
interface Issue { kind: string; side: Side; start: number; end: number; message: string }
interface Command { name: string; label: string; keys: string[]; group: string }
interface Option { name: string; p: number; ids: string[]; rows: [string, string][] }
interface Help {
  ready: boolean; links?: Record<Side, [number, number][]>[]; rev: number; whole: boolean; words: { text: string; start: number; end: number; pinyin: string; gloss: string }[];
  pinyin: string; numbers: { source: string; target: string }[]; options: Option[]; url_zh: string; url_en: string;
  history: { seq: number; at: string; who: string; action: string; note: string }[];
}
interface Thread { key: string; was: string; open: boolean; said: { who: string; at: string; text: string }[] }

/** What Streamlit draws: the key under which the table asks for everything else. */
interface Drawn { view: string; drawn: number; briefing: string; reviewer: string; row: string; commands: Command[] }
/** What an answer always says, and what only where it changed (align/apps/page/exchange.py). */
interface Told { k: string; n: number; seq: number; ack: number; msg: string; refused: number[]; focus: { n: number; row: string } }
interface Parts {
  turns: Record<Side, string[]>; show: number[] | null; filter: string; q: string; queue: boolean; promise: string; worst: string; people: string[];
  checks: Record<string, Issue[]>; risks: Record<string, number>; news: { rows: string[]; words: string }; notes: Record<string, Thread[]>;
}
type Answer = Told & Partial<Parts> & { rows?: Row[]; patch?: Record<string, Row | null>; help: Record<string, Help> };
type Data = Drawn & Told & Parts;

/** An operation as it is sent, and one that waits for its answer. */
interface Wire { zh_text?: string; en_text?: string; note?: string; reason?: string; seq: number; op: string; action: string; rows?: string[]; [field: string]: unknown }
interface Pending { seq: number; wire: Wire; rows: Set<string>; guess?: Guess; sketch?: Sketch }
type Guess = ((row: Row) => Row) | null;
type Sketch = (rows: Map<string, Row>) => void;
interface Draft { id: string; side: Side; seen: number; from: number[][]; place: number; text: string; caret: number }
interface KeptNote { id: string; thread?: string; flag?: boolean; values?: Record<string, string> }
interface Conflict { briefing: string; id: string; side: Side; text: string; why: string }
interface Editing { id: string; side: Side; seen: number; before: string; cell: HTMLElement; from: number[][]; place: number; caret?: number }

/** What a row shows. */
interface Painted { row: Row; place: number; checks: Issue[]; notes: Thread[]; original: boolean; pending: boolean; news: boolean }

/** State of the table; it lives on its root element. */
interface State {
  root: HTMLElement; grid: HTMLElement; box: HTMLElement; info: HTMLElement; bar: HTMLElement; panel: HTMLElement; prose: HTMLElement;
  body: HTMLElement; tip: HTMLElement; columns: Record<Side, HTMLElement>; layer: HTMLElement | null; pinyin?: HTMLElement; options?: HTMLElement;
  drawn: Drawn; data: Data; known: Map<string, Row>; fresh: boolean; rows: Map<string, Row>; order: Row[]; place: Map<string, number>;
  els: Map<string, HTMLElement>; parts: HTMLElement[]; headings: Map<string, HTMLElement & { __turn?: string }>; painted: Map<string, Painted>; filtered: boolean; marked: Set<Element>;
  shown: Set<string> | null; revealed: Set<string>; refused: Map<string, string>; conflicts: Set<Conflict>;
  pend: Pending[]; seq: number; look: { row: string; whole: boolean } | null; asking: boolean; again: boolean; asked: number; unreachable: boolean; firstPending?: number; queue: string; queued: boolean; seeking: boolean; keysWaiting: string[];
  help: Map<string, Help>; commands: Command[]; commandsText: string; byKey: Map<string, string>; lang: string;
  cur: string | null; walked?: string; side: Side; sentence: number; anchor: string | null; editing: Editing | null; warned: boolean;
  cutting: ({ id: string; seen: number; text: string } & Record<Side, number>) | null; clicked: { id: string; side: Side; at: number } | null;
  splitting: ({ id: string; seen: number } & Record<Side, number>) | null; words: string; note: string; briefing: string; filter: string; sought: string;
  focus: number; scrollSoon: boolean; panelSignature: string; infoSignature: string; proseSignature: string; synced: Partial<Record<Side, number>>;
  pointed: [string, Side, number] | null; reported: string; resting: number; hovering: number; revealing: number; settled: boolean; room: number; watch?: ResizeObserver; timer?: number;
  ui: Record<"panel" | "pinyin" | "original" | "prose" | "mending", boolean> & { dictionary?: boolean };
  checks(row: Row): Issue[];
  notes(row: Row): Thread[];
  selection(): Selection | null;
  say(text: string): void;
  run(name: string): void;
  toggle(name: string): void;
  edit(): void;
  paint(): void;
  paintInfo(): void;
  show(): void;
  mark(scroll?: boolean): void;
  act(action: string, fields: Record<string, unknown> & { rows?: string[] }, guess?: Guess, sketch?: Sketch): void;
  chooseSplit(): void;
  trigger(name: "next" | "again", value: true): void;
  off?(): void;
}
type Listener = [EventTarget, string, (event: any) => void, boolean];
interface Field { name: string; label: string; value?: unknown; options?: string[]; type?: string; step?: string }
type Root = HTMLElement & { __state?: State };
interface Component { data: Drawn; parentElement: HTMLElement & { getSelection?(): Selection }; setTriggerValue(name: string, value: unknown): void }

interface Window {
  __reviewTab?: string;
  __reviewRefused?: { texts: Map<string, string>; conflicts: Set<Conflict> };
  __alignTexts?: { lang: string; texts: Record<string, string> };
  Highlight?: unknown;
}
interface Element {
  contentEditable: string; hidden: boolean; readonly offsetParent: Element | null; readonly offsetHeight: number;
  readonly style: CSSStyleDeclaration; lang: string; dir: string; title: string;
  closest(selectors: "[data-id]"): HTMLElement | null; focus(options?: FocusOptions): void; click(): void; select?(): void;
}
interface ChildNode { setAttribute(name: string, value: string): void }
interface EventTarget { closest?(selector: string): HTMLElement | null }
interface ParentNode { querySelectorAll(selectors: "[data-id]"): NodeListOf<HTMLElement> }
interface ShadowRoot { getSelection?(): Selection }
interface Selection { getComposedRanges?(options: { shadowRoots: Node[] }): StaticRange[] }
interface Document { caretPositionFromPoint?(x: number, y: number, options?: object): { offsetNode: Node; offset: number } | null }
declare class Highlight { constructor(...ranges: AbstractRange[]) }
declare namespace CSS { const highlights: Map<string, Highlight> }
