// Evidence: what is cut out of the video to show for an event: the clip and the picture of the first violent frame; and the
// strip of small pictures that shows what the whole video looks like.
//
//   EventRecord record{.event = event};
//   auto collected = collect_evidence(source, options, files, record);
//
// Files are complete and synced before this returns and names them. What cannot be made (a live stream is not stored, a
// container cannot be searched) is not an error: the record's notes say why it is missing. One call at a time.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "media/privacy_mask.h"
#include "media/source.h"
#include "pipeline/analysis_files.h"
#include "pipeline/analysis_options.h"
#include "pipeline/analysis_record.h"

namespace vigil::pipeline {

struct EvidenceSource {
  std::string input;  // file or URL, opened anew
  media::SourceInfo info;
  std::stop_token stop;
  media::PrivacyMask mask = {};  // burned into everything that is cut out
  core::MediaTime begin = {};    // on the events' clock: when the input's first frame was shown
};

// Fills record.clip, record.poster and record.notes, which say what could not be had. Errors: kIo (the first that could not
// be written).
core::Status collect_evidence(const EvidenceSource& source, const AnalysisOptions& options, const AnalysisFiles& files,
                              EventRecord& record);

// Up to `count` small pictures from the middles of equal parts of [0, length). Fewer where the video cannot be read there.
std::vector<PictureEvidence> collect_strip(const EvidenceSource& source, core::MediaDuration length, int count,
                                           const AnalysisFiles& files);

}  // namespace vigil::pipeline
