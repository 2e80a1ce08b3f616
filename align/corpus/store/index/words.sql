-- The tables of the index of words. With every change of a table, or of how texts are cut into words,
-- VERSION in full_text.py is raised.
CREATE TABLE IF NOT EXISTS bead (
  place INTEGER PRIMARY KEY, id TEXT NOT NULL, briefing TEXT NOT NULL, position INTEGER NOT NULL,
  digest BLOB NOT NULL, date TEXT NOT NULL, speaker TEXT NOT NULL, role TEXT NOT NULL,
  site TEXT NOT NULL, status TEXT NOT NULL, probability REAL, length INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS bead_id ON bead (briefing, id);
CREATE TABLE IF NOT EXISTS text (place INTEGER NOT NULL, side TEXT NOT NULL, key INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS text_key ON text (key);
CREATE INDEX IF NOT EXISTS text_place ON text (place);
CREATE TABLE IF NOT EXISTS passage (place INTEGER PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS stamp (
  briefing TEXT PRIMARY KEY, state TEXT NOT NULL, texts BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS term (
  least INTEGER NOT NULL, place INTEGER NOT NULL, list TEXT NOT NULL, score REAL NOT NULL,
  count INTEGER NOT NULL, zh TEXT NOT NULL, words TEXT NOT NULL, json TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS term_text (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS term_word (
  briefing TEXT PRIMARY KEY, texts BLOB NOT NULL, words BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS term_order ON term (least, place, score DESC, count DESC, zh);
CREATE TABLE IF NOT EXISTS term_state (least INTEGER PRIMARY KEY, texts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS word_count (
  briefing TEXT PRIMARY KEY, texts BLOB NOT NULL, seen INTEGER NOT NULL, counts BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS taught (briefing TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS word_total (
  revision INTEGER PRIMARY KEY, counts BLOB NOT NULL, chances BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS rendering_count (
  briefing TEXT PRIMARY KEY, texts BLOB NOT NULL, seen INTEGER NOT NULL, counts BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS vector (
  place INTEGER PRIMARY KEY AUTOINCREMENT, encoder INTEGER NOT NULL, key INTEGER NOT NULL,
  numbers BLOB NOT NULL, UNIQUE (key, encoder)
);
CREATE VIRTUAL TABLE IF NOT EXISTS word
  USING fts5 (zh, en, forms, tokenize = "ascii tokenchars '.'");
