// AnalysisRecord: what an analysis knows of one video so far; what events.json and the report are written from.
//
//   std::string text = events_json(record);          // docs/events-json.md, docs/events.schema.json
//   std::string page = report_page(record, timeline, people, folder);
//
// A plain value. File names in it are relative to the analysis' folder and name files that exist, complete and synced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "behavior/score_envelope.h"
#include "core/event.h"
#include "core/stage_time.h"
#include "media/source.h"
#include "pipeline/analysis_options.h"
#include "pipeline/people_curve.h"
#include "vision/clip_classifier.h"

namespace vigil::pipeline {

struct ClipEvidence {
  std::string file;
  core::MediaTime begin;  // time in the video of the clip's first frame
  core::MediaTime end;
  bool reencoded = false;
};

struct PictureEvidence {
  std::string file;
  core::MediaTime time;  // of the frame it shows
};

// What is shown of somebody who took part.
struct PersonPictures {
  std::int64_t id = 0;                 // Track::id
  std::vector<PictureEvidence> crops;  // best first
  std::optional<PictureEvidence> face;
  std::string face_note;  // why there is none: "too small", "turned away", "occluded", "not seen"; empty: not looked for
};

struct EventRecord {
  core::Event event;
  std::optional<ClipEvidence> clip;
  std::optional<PictureEvidence> poster;
  std::string boxes;                   // the sidecar of the clip: who was where in it; empty: none
  std::vector<PersonPictures> people;  // by id; those of event.people who could be pictured, and why others could not
  std::string page;                    // its own; empty: none
  std::vector<std::string> notes;      // why a piece of evidence is missing
};

struct PeopleRecord {
  vision::PeopleFinderInfo finder;
  PeopleStats stats;
};

struct AnalysisRecord {
  std::string title;  // the video's file name, or its URL without secrets
  media::SourceInfo source;
  media::SourceStats stats;
  vision::ClipClassifierInfo classifier;
  std::string person_model;  // what judged people; empty: nothing
  AnalysisOptions options;
  bool complete = false;  // the whole video was analysed and everything asked for is written
  bool interrupted = false;
  core::MediaTime analysed_until;
  std::uint64_t windows = 0;
  std::optional<PeopleRecord> people;         // nothing where they were not looked for
  std::optional<core::ScoredWindow> highest;  // the earliest of equals
  std::vector<EventRecord> events;
  std::optional<core::Event> in_progress;
  std::vector<std::string> warnings;
  std::vector<PictureEvidence> strip;  // small pictures spread over the video
  std::vector<core::StageTime> times;  // what each stage of the line took; not in events.json, which is the same every time
  std::uint64_t dropped = 0;           // windows and frames of a live source that the line could not keep up with
  bool has_report = false;
  bool has_annotated = false;
  bool watched = false;  // a live stream, told event by event: no scores, tracks or report are written
};

// What a video or camera is called where people read it: the file's name, or the URL without secrets.
std::string video_title(const std::string& input, const media::SourceInfo& source);

// Length of the video in seconds: as analysed when complete, as the container states before; zero when unknown.
core::MediaDuration video_length(const AnalysisRecord& record);

// "No violence found in 1:19 of video." / "2 events of violence in 1:19 of video."; says what was analysed when not all was.
std::string headline(const AnalysisRecord& record);

// The text of events.json: the same record gives the same bytes.
std::string events_json(const AnalysisRecord& record);

// One event as events.json has it, as JSON text.
std::string event_json(const EventRecord& record);

// The text of an event's own page; boxes come from its sidecar in `folder`, that of the analysis or watch.
std::string event_page(const AnalysisRecord& record, const EventRecord& event, const std::filesystem::path& folder);

// The text of report.html, complete in itself but for the clips and pictures it shows. `people` is drawn where
// record.people is there; boxes come from the sidecars in `folder`, that of the analysis.
std::string report_page(const AnalysisRecord& record, const std::vector<behavior::EnvelopePoint>& timeline,
                        const std::vector<PeoplePoint>& people, const std::filesystem::path& folder);

}  // namespace vigil::pipeline
