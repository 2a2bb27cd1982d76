"""The tables of a project database, as a list of steps that are never edited once released."""

import numpy as np
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from cdul_app.storage.records.blobs import CELL_CHANGE, photos_to_blob

SCHEMA_VERSION = 8  # number of migrations below; an older app refuses a higher one
_ROWS_PER_BLOCK = 1000

project_migrations = Migrations("cdul_app.project")


@project_migrations()
def create_project_tables(database: Database) -> None:
    for statement in _FIRST_TABLES:
        database.execute(statement)


@project_migrations()
def keep_where_thresholds_come_from(database: Database) -> None:
    # "default", "automatic" (found from scores and answers) or "person", which no step overwrites.
    database.execute(
        "ALTER TABLE classes ADD COLUMN threshold_origin TEXT NOT NULL DEFAULT 'default'"
    )
    database.execute(
        "UPDATE classes SET threshold_origin = 'person' WHERE abs(threshold - 0.3) > 1e-6"
    )
    # The random samples that label reports are estimated from, one a class, fixed once drawn.
    database.execute(
        """CREATE TABLE sample_designs (
            class_id INTEGER PRIMARY KEY REFERENCES classes (id),
            drawn TEXT NOT NULL,
            photo_ids BLOB NOT NULL,    -- int64
            bands BLOB NOT NULL,        -- int64, of each of these photos
            ranks BLOB NOT NULL         -- int64, place in the band's random order
        ) STRICT"""
    )


@project_migrations()
def log_all_decisions_as_steps(database: Database) -> None:
    """One row a step, whatever it changed: undo is read back from it when a project is opened."""
    for statement in (
        """CREATE TABLE steps (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,         -- see storage.decision_log.StepKind
            description TEXT NOT NULL,  -- “yes for “dog” on 3 photos”
            source TEXT NOT NULL,       -- "person", "undo", "redo"
            reverses INTEGER REFERENCES steps (id), -- which step an undo or a redo is about
            payload BLOB NOT NULL,      -- what was before and after, by kind
            shown TEXT NOT NULL,        -- JSON: what the person saw when deciding
            decided TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE flags (
            photo_id INTEGER PRIMARY KEY REFERENCES photos (id),
            flagged TEXT NOT NULL
        ) STRICT""",
        "ALTER TABLE observed_labels ADD COLUMN step INTEGER REFERENCES steps (id)",
    ):
        database.execute(statement)
    _move_decisions(database)


@project_migrations()
def name_the_project(database: Database) -> None:
    """By which the record of answers beside the database, and a backup, are known to be its own."""
    database.execute(
        "INSERT INTO settings VALUES ('project_id', '\"' || lower(hex(randomblob(16))) || '\"')"
    )


@project_migrations()
def let_classes_have_colors_and_keys_of_their_own(database: Database) -> None:
    for column in ("color", "class_key"):  # places in their lists; NULL: the app's choice
        database.execute(f"ALTER TABLE classes ADD COLUMN {column} INTEGER")


@project_migrations()
def keep_when_photos_were_taken(database: Database) -> None:
    # Seconds since 1970 on the camera's clock; 0: the file does not tell, NULL: not yet read.
    database.execute("ALTER TABLE photos ADD COLUMN taken INTEGER")


@project_migrations()
def keep_label_scores_in_blocks(database: Database) -> None:
    # Whose blocks are a set's scores: its own, or those of a set beside it that has the same.
    database.execute(
        "ALTER TABLE label_sets ADD COLUMN scores_of INTEGER REFERENCES label_sets (id)"
    )
    database.execute("UPDATE label_sets SET scores_of = id")
    database.execute(
        """CREATE TABLE label_blocks (
            set_id INTEGER NOT NULL REFERENCES label_sets (id) ON DELETE CASCADE,
            first_photo INTEGER NOT NULL,
            photo_ids BLOB NOT NULL,    -- int64 (photos,)
            scores BLOB NOT NULL,       -- float32 (photos, classes of the set), in [0, 1]
            PRIMARY KEY (set_id, first_photo)
        ) STRICT"""
    )
    for (set_id,) in database.execute("SELECT id FROM label_sets").fetchall():
        rows = database.execute(
            "SELECT photo_id, scores FROM label_scores WHERE set_id = ? ORDER BY photo_id",
            (set_id,),
        )
        while chunk := rows.fetchmany(_ROWS_PER_BLOCK):
            photos = np.array([photo for photo, _ in chunk], dtype=np.int64)
            database.execute(
                "INSERT INTO label_blocks VALUES (?, ?, ?, ?)",
                (
                    set_id, chunk[0][0], photos_to_blob(photos),
                    b"".join(scores for _, scores in chunk),
                ),
            )  # fmt: skip
    database.execute("DROP TABLE label_scores")


@project_migrations()
def let_views_lie_in_files(database: Database) -> None:
    for statement in (
        """CREATE TABLE view_files (
            id INTEGER PRIMARY KEY,
            encoding_id INTEGER NOT NULL REFERENCES encodings (id) ON DELETE CASCADE,
            name TEXT NOT NULL UNIQUE,  -- in the folder beside the database
            photos INTEGER NOT NULL     -- how many it holds at least
        ) STRICT""",
        # Where the views of a photo lie that are not in its row, which are no bytes then.
        "ALTER TABLE embeddings ADD COLUMN file INTEGER REFERENCES view_files (id)",
        "ALTER TABLE embeddings ADD COLUMN place INTEGER",
    ):
        database.execute(statement)


def _move_decisions(database: Database) -> None:
    """The log of earlier versions, a row a cell, into steps; undo begins anew after it."""
    rows = database.execute(
        "SELECT step, photo_id, class_id, before, after, source, decided FROM decisions ORDER BY id"
    ).fetchall()
    by_step: dict[str, list[tuple[int, int, int, int, str, str]]] = {}
    for step, photo, class_id, before, after, source, decided in rows:
        cell = (
            photo, class_id, -1 if before is None else before, -1 if after is None else after,
            source, decided,
        )  # fmt: skip
        by_step.setdefault(step, []).append(cell)
    for cells in by_step.values():
        changes = np.zeros(len(cells), dtype=CELL_CHANGE)
        for name, place in (("photo", 0), ("class", 1), ("before", 2), ("after", 3)):
            changes[name] = [cell[place] for cell in cells]
        changes["score"] = np.nan
        source, decided = cells[0][4:]
        step = database.execute(
            "INSERT INTO steps (kind, description, source, payload, shown, decided) "
            "VALUES ('answer', ?, 'earlier version', ?, '{}', ?)",
            (source, changes.tobytes(), decided),
        ).lastrowid
        database.conn.executemany(
            "UPDATE observed_labels SET step = ? WHERE photo_id = ? AND class_id = ?",
            [(step, photo, class_id) for photo, class_id, *_ in cells],
        )
    database.execute("DROP TABLE decisions")


_FIRST_TABLES = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """CREATE TABLE photos (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,      -- relative to the folder, with forward slashes
        size INTEGER NOT NULL,          -- bytes, with modified_ns tells whether a file changed
        modified_ns INTEGER NOT NULL,
        fingerprint TEXT,               -- digest of the content, NULL until the file was read
        width INTEGER, height INTEGER,  -- pixels, EXIF orientation applied
        error TEXT,                     -- why the photo cannot be used, NULL where it can
        missing INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX photos_by_fingerprint ON photos (fingerprint)",
    """CREATE TABLE classes (
        id INTEGER PRIMARY KEY,
        position INTEGER,               -- NULL: removed, kept because a person answered for it
        name TEXT NOT NULL,
        prompts TEXT NOT NULL,          -- JSON list, empty for the project's prompt
        threshold REAL NOT NULL
    ) STRICT""",
    # How views were made and encoded; embeddings of another encoding are another cache.
    """CREATE TABLE encodings (
        id INTEGER PRIMARY KEY,
        encoder_key TEXT NOT NULL,      -- identity of weights and preprocessing
        encoder TEXT NOT NULL,          -- the identifier it was loaded by
        grid TEXT NOT NULL,
        dimension INTEGER NOT NULL,
        temperature REAL NOT NULL,
        UNIQUE (encoder_key, grid)
    ) STRICT""",
    """CREATE TABLE embeddings (
        encoding_id INTEGER NOT NULL REFERENCES encodings (id) ON DELETE CASCADE,
        fingerprint TEXT NOT NULL,
        views BLOB NOT NULL,            -- float16 (1 + snippets, dimension), unit norm
        PRIMARY KEY (encoding_id, fingerprint)
    ) STRICT""",
    """CREATE TABLE prompt_embeddings (
        encoder_key TEXT NOT NULL,
        prompts TEXT NOT NULL,          -- JSON list of the filled prompts of one class
        embedding BLOB NOT NULL,        -- float32 (dimension,), unit norm
        PRIMARY KEY (encoder_key, prompts)
    ) STRICT""",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        config TEXT NOT NULL,
        seed INTEGER,
        device TEXT NOT NULL DEFAULT '',
        versions TEXT NOT NULL DEFAULT '{}',
        started TEXT NOT NULL,
        ended TEXT,
        outcome TEXT,                   -- NULL: running, or the process was killed
        reason TEXT NOT NULL DEFAULT '',
        summary TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    """CREATE TABLE run_epochs (
        run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        epoch INTEGER NOT NULL,
        measures TEXT NOT NULL,
        PRIMARY KEY (run_id, epoch)
    ) STRICT""",
    # Machine output.  A set is written in several transactions and counts once it is complete.
    """CREATE TABLE label_sets (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        class_ids TEXT NOT NULL,        -- JSON list: the class of each column
        run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
        complete INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE label_scores (
        set_id INTEGER NOT NULL REFERENCES label_sets (id) ON DELETE CASCADE,
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        scores BLOB NOT NULL,           -- float32 (classes of the set,), in [0, 1]
        PRIMARY KEY (set_id, photo_id)
    ) STRICT""",
    # Human answers, and the log of how they came about.  No machine step writes here.
    """CREATE TABLE observed_labels (
        photo_id INTEGER NOT NULL REFERENCES photos (id),
        class_id INTEGER NOT NULL REFERENCES classes (id),
        answer INTEGER NOT NULL CHECK (answer IN (0, 1)),
        answered TEXT NOT NULL,
        PRIMARY KEY (photo_id, class_id)
    ) STRICT""",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        step TEXT NOT NULL,             -- decisions of one step are undone together
        photo_id INTEGER NOT NULL REFERENCES photos (id),
        class_id INTEGER NOT NULL REFERENCES classes (id),
        before INTEGER, after INTEGER,  -- 0, 1, NULL for no answer
        source TEXT NOT NULL,           -- "answer", "undo", "redo"
        decided TEXT NOT NULL
    ) STRICT""",
)
