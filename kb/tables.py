"""The tables of an index, and what makes looking into them quick."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE entity (id TEXT PRIMARY KEY, kind TEXT, text TEXT, base TEXT, record TEXT) WITHOUT ROWID;
CREATE TABLE command (id TEXT PRIMARY KEY, effect TEXT, versions TEXT, cost_s INT,
                      privileges TEXT, kind TEXT, language TEXT, text TEXT, argv TEXT,
                      purpose TEXT, holes TEXT, risk TEXT, risk_note TEXT, place TEXT,
                      replaced_by TEXT, outcomes TEXT, expect TEXT, verify TEXT,
                      rollback TEXT, note TEXT) WITHOUT ROWID;
CREATE TABLE step (insight TEXT, role TEXT, number INT, command TEXT, versions TEXT, why TEXT,
                   confirms TEXT, refutes TEXT, verify TEXT, rollback TEXT, mitigates INT,
                   PRIMARY KEY (insight, role, number)) WITHOUT ROWID;
CREATE TABLE insight (id TEXT PRIMARY KEY, title TEXT, severity TEXT, because TEXT, prior REAL,
                      informs INT, windows TEXT, unless TEXT, reason TEXT,
                      base TEXT) WITHOUT ROWID;
CREATE TABLE account (id TEXT PRIMARY KEY, provenance TEXT, what TEXT, no_checks TEXT,
                      no_fixes TEXT, escalate TEXT, involves TEXT, sources TEXT) WITHOUT ROWID;
CREATE TABLE finding (id TEXT PRIMARY KEY, kind TEXT, text TEXT, leak REAL, grp TEXT,
                      question TEXT) WITHOUT ROWID;
CREATE TABLE synonym (form TEXT, first TEXT, place INT, words TEXT, canonical TEXT,
                      PRIMARY KEY (form, first, place)) WITHOUT ROWID;
CREATE TABLE trait (name TEXT, signature TEXT, value TEXT, PRIMARY KEY (name, signature)) WITHOUT ROWID;
CREATE TABLE listed (name TEXT PRIMARY KEY, numbers BLOB) WITHOUT ROWID;
CREATE TABLE signature (number INTEGER PRIMARY KEY, id TEXT, text TEXT, normal TEXT, constant TEXT,
                        template TEXT, must TEXT, near TEXT, exception TEXT, versions TEXT,
                        marks TEXT);
CREATE TABLE bearing (id TEXT PRIMARY KEY, kind TEXT, leak REAL, grp TEXT, cost_s INT, name TEXT,
                      insights TEXT, likely BLOB) WITHOUT ROWID;
CREATE TABLE fact (id TEXT PRIMARY KEY, name TEXT, op TEXT, value TEXT) WITHOUT ROWID;
CREATE TABLE edge (source TEXT, target TEXT, kind TEXT, weight REAL, provenance TEXT, why TEXT, via TEXT);
CREATE TABLE gram (gram TEXT PRIMARY KEY, held INT, postings BLOB);
CREATE TABLE mark (words TEXT PRIMARY KEY, numbers BLOB) WITHOUT ROWID;
CREATE TABLE term (term TEXT PRIMARY KEY, weight REAL, postings BLOB) WITHOUT ROWID;
CREATE TABLE phrasing (number INTEGER PRIMARY KEY, finding TEXT, state TEXT, weight REAL,
                       terms INT, text TEXT);
CREATE TABLE profile (term TEXT PRIMARY KEY, insights BLOB, weights BLOB);
"""

INDICES = """
CREATE INDEX edge_source ON edge (source);
CREATE INDEX edge_target ON edge (target, kind, source);
CREATE INDEX fact_name ON fact (name);
CREATE INDEX insight_prior ON insight (prior DESC, id);
CREATE INDEX insight_informs ON insight (id) WHERE informs <> 0;
CREATE INDEX insight_windows ON insight (id) WHERE windows <> '';
"""
