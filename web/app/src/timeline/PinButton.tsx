import { Button, Tooltip } from "@mantine/core";
import { Pin, PinOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useChangeRecordingsMutation } from "../api/generated";
import { told } from "../app/notify";
import { useMay } from "../app/session";
import { seen, type Segment, type Span } from "./geometry";

interface PinButtonProps {
  camera: number;
  view: Span;
  segments: readonly Segment[];
}

const middle = ({ begin, end }: Segment) => new Date((begin + end) / 2).toISOString();

// Keeps what the bar shows from every retention rule, or no longer.
export function PinButton({ camera, view, segments }: PinButtonProps) {
  const { t } = useTranslation();
  const [change, { isLoading }] = useChangeRecordingsMutation();
  const mayPin = useMay("review");
  const shown = seen(segments, view);
  const [first, last] = [shown[0], shown[shown.length - 1]];
  if (!mayPin || !first || !last) return null;
  const pinned = shown.every(segment => segment.pinned);
  // Middles: the ends of a segment touch its neighbours.
  const stretch = { id: camera, from: middle(first), until: middle(last) };
  return (
    <Tooltip label={t("timeline.pinHint")} multiline w={260}>
      <Button
        size="xs"
        variant="default"
        loading={isLoading}
        leftSection={pinned ? <PinOff size={15} aria-hidden /> : <Pin size={15} aria-hidden />}
        onClick={() =>
          void told(
            change({ ...stretch, recordingsChange: { pinned: !pinned } }),
            t(pinned ? "timeline.unpinnedNow" : "timeline.pinnedNow"),
          )
        }
      >
        {t(pinned ? "timeline.unpin" : "timeline.pin")}
      </Button>
    </Tooltip>
  );
}
