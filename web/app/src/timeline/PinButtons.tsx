import { Button, Tooltip } from "@mantine/core";
import { Pin, PinOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useChangeRecordingsMutation } from "../api/generated";
import { told } from "../app/notify";
import { useMay } from "../app/session";
import { pinsFor, seen, type Segment, type Span } from "./geometry";

interface PinButtonsProps {
  camera: number;
  view: Span;
  segments: readonly Segment[];
}

const middle = ({ begin, end }: Segment) => new Date((begin + end) / 2).toISOString();

// Keeps what the bar shows from every retention rule, or no longer.
export function PinButtons({ camera, view, segments }: PinButtonsProps) {
  const { t } = useTranslation();
  const [change, { isLoading }] = useChangeRecordingsMutation();
  const mayPin = useMay("review");
  const shown = seen(segments, view);
  const [first, last] = [shown[0], shown[shown.length - 1]];
  if (!mayPin || !first || !last) return null;
  // Middles: the ends of a segment touch its neighbours.
  const stretch = { id: camera, from: middle(first), until: middle(last) };
  return pinsFor(shown).map(pinned => (
    <Tooltip key={String(pinned)} label={t("timeline.pinHint")} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      <Button
        size="xs"
        variant="default"
        loading={isLoading}
        leftSection={pinned ? <Pin size={15} aria-hidden /> : <PinOff size={15} aria-hidden />}
        onClick={() =>
          void told(change({ ...stretch, recordingsChange: { pinned } }), t(pinned ? "timeline.pinnedNow" : "timeline.unpinnedNow"))
        }
      >
        {t(pinned ? "timeline.pin" : "timeline.unpin")}
      </Button>
    </Tooltip>
  ));
}
