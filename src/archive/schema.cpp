#include "archive/schema.h"

namespace vigil::archive {
namespace {

constexpr auto kSqlite = Dialect::kSqlite;
constexpr auto kPostgresql = Dialect::kPostgresql;

SchemaStep first_step() {
  return {
      {R"(CREATE TABLE users (
        id {identity},
        name TEXT NOT NULL,
        name_key TEXT NOT NULL UNIQUE,
        email TEXT NOT NULL,
        email_key TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
        state TEXT NOT NULL CHECK (state IN ('active', 'waiting', 'blocked')),
        totp_secret {bytes},
        created_us BIGINT NOT NULL))"},
      {R"(CREATE TABLE sessions (
        id {identity},
        user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        token_hash {bytes} NOT NULL UNIQUE,
        csrf_token TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL,
        created_us BIGINT NOT NULL,
        seen_us BIGINT NOT NULL,
        expires_us BIGINT NOT NULL))"},
      {"CREATE INDEX sessions_user ON sessions (user_id)"},
      {R"(CREATE TABLE api_tokens (
        id {identity},
        user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        token_hash {bytes} NOT NULL UNIQUE,
        created_us BIGINT NOT NULL,
        seen_us BIGINT,
        expires_us BIGINT))"},
      {R"(CREATE TABLE cameras (
        id {identity},
        name TEXT NOT NULL UNIQUE,
        address_sealed {bytes} NOT NULL,
        address_shown TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        recording INTEGER NOT NULL,
        settings {json} NOT NULL,
        created_us BIGINT NOT NULL))"},
      {R"(CREATE TABLE camera_permissions (
        user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        camera_id BIGINT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
        PRIMARY KEY (user_id, camera_id)))"},
      {R"(CREATE TABLE recordings (
        id {identity},
        camera_id BIGINT NOT NULL REFERENCES cameras (id),
        begin_us BIGINT NOT NULL,
        end_us BIGINT NOT NULL,
        file TEXT NOT NULL UNIQUE,
        size BIGINT NOT NULL,
        pinned INTEGER NOT NULL DEFAULT 0))"},
      {"CREATE INDEX recordings_time ON recordings (camera_id, begin_us)"},
      {R"(CREATE TABLE jobs (
        id {identity},
        user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
        name TEXT NOT NULL,
        file TEXT NOT NULL UNIQUE,
        size BIGINT NOT NULL,
        received BIGINT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('uploading', 'queued', 'running', 'done', 'failed', 'cancelled')),
        progress {double} NOT NULL DEFAULT 0,
        message TEXT NOT NULL DEFAULT '',
        created_us BIGINT NOT NULL,
        finished_us BIGINT))"},
      // An event outlives its camera and its upload: it is evidence.
      {R"(CREATE TABLE events (
        id {identity},
        uid TEXT NOT NULL UNIQUE,
        camera_id BIGINT REFERENCES cameras (id) ON DELETE SET NULL,
        job_id BIGINT REFERENCES jobs (id) ON DELETE SET NULL,
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        rule TEXT NOT NULL,
        zone TEXT NOT NULL,
        begin_us BIGINT NOT NULL,
        order_key BIGINT NOT NULL UNIQUE,
        end_us BIGINT NOT NULL,
        score {double} NOT NULL,
        review TEXT NOT NULL DEFAULT 'new' CHECK (review IN ('new', 'kept', 'dismissed')),
        pinned INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '',
        caption TEXT NOT NULL DEFAULT '',
        size BIGINT NOT NULL,
        details {json} NOT NULL,
        created_us BIGINT NOT NULL))"},
      // Each holds what a search may ask for besides, so that rows it does not want are passed over without being read.
      {"CREATE INDEX events_time ON events (order_key, score, review, pinned)"},
      {"CREATE INDEX events_camera ON events (camera_id, order_key, score, review, pinned, kind)"},
      {"CREATE INDEX events_kind ON events (kind, order_key, score, review, pinned)"},
      {"CREATE INDEX events_score ON events (score, order_key)"},
      {"CREATE INDEX events_review ON events (review, order_key, score, kind)"},
      {R"(CREATE TABLE event_people (
        id {identity},
        event_id BIGINT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
        track_id BIGINT NOT NULL,
        score {double} NOT NULL,
        face TEXT NOT NULL DEFAULT '',
        dismissed INTEGER NOT NULL DEFAULT 0,
        UNIQUE (event_id, track_id)))"},
      {"CREATE INDEX event_people_track ON event_people (track_id)"},
      {R"(CREATE TABLE audit_log (
        id {identity},
        at_us BIGINT NOT NULL,
        user_name TEXT NOT NULL,
        address TEXT NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        details {json} NOT NULL))"},
      {"CREATE INDEX audit_log_time ON audit_log (at_us, id)"},
      {R"(CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value {json} NOT NULL))"},
      // Words: what people wrote and what was recognised, and their beginnings, under the event's order key, so that they
      // are found in the order of time. Kept in step by triggers, so that no write can forget it.
      {R"(CREATE VIRTUAL TABLE event_words USING fts5 (
        words, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3 4 5 6 7 8 9 10', tokenize = "unicode61 remove_diacritics 0"))",
       kSqlite},
      {R"(CREATE TRIGGER event_words_insert AFTER INSERT ON events BEGIN
        INSERT INTO event_words (rowid, words)
        VALUES (new.order_key, new.source || ' ' || new.kind || ' ' || new.rule || ' ' || new.zone || ' ' || new.note || ' ' || new.caption);
        END)",
       kSqlite},
      {R"(CREATE TRIGGER event_words_delete AFTER DELETE ON events BEGIN
        DELETE FROM event_words WHERE rowid = old.order_key;
        END)",
       kSqlite},
      {R"(CREATE TRIGGER event_words_update AFTER UPDATE OF source, kind, rule, zone, note, caption ON events BEGIN
        DELETE FROM event_words WHERE rowid = old.order_key;
        INSERT INTO event_words (rowid, words)
        VALUES (new.order_key, new.source || ' ' || new.kind || ' ' || new.rule || ' ' || new.zone || ' ' || new.note || ' ' || new.caption);
        END)",
       kSqlite},
      {R"(ALTER TABLE events ADD COLUMN words tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', regexp_replace(
          lower(source || ' ' || kind || ' ' || rule || ' ' || zone || ' ' || note || ' ' || caption),
          '[^[:alnum:]]+', ' ', 'g'))) STORED)",
       kPostgresql},
      {"CREATE INDEX events_words ON events USING gin (words)", kPostgresql},
  };
}

// Lists of events show each one's picture without reading its details.
SchemaStep posters() {
  return {
      {"ALTER TABLE events ADD COLUMN poster TEXT NOT NULL DEFAULT ''"},
      {"UPDATE events SET poster = COALESCE(json_extract(details, '$.poster.file'), '') WHERE json_valid(details)", kSqlite},
      {"UPDATE events SET poster = COALESCE(details->'poster'->>'file', '')", kPostgresql},
      {"CREATE INDEX events_job ON events (job_id)"},
  };
}

// Events of uploads are told from those of cameras that are gone, which only administrators may see.
SchemaStep uploads() {
  return {
      {"ALTER TABLE events ADD COLUMN upload INTEGER NOT NULL DEFAULT 0"},
      {"UPDATE events SET upload = 1 WHERE job_id IS NOT NULL OR (camera_id IS NULL AND uid LIKE 'job%')"},
      {"CREATE INDEX events_upload ON events (order_key) WHERE upload = 1"},
  };
}

}  // namespace

const std::vector<SchemaStep>& schema_steps() {
  static const std::vector<SchemaStep> steps = {first_step(), posters(), uploads()};
  return steps;
}

}  // namespace vigil::archive
