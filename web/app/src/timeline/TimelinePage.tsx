import { ActionIcon, Anchor, Button, Group, Select, SegmentedControl, Stack, Text } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.css";
import "dayjs/locale/ru";
import { Download, Film, Pause, Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useListCamerasQuery, type Camera, type ListEventsApiArg } from "../api/generated";
import { useEventPagesInfiniteQuery } from "../api/pages";
import { useOpened } from "../event/back";
import { timeOnly } from "../i18n/formats";
import { KindBadge } from "../repository/EventCard";
import { dayName, dayOf, startOfDay } from "../repository/filters";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, WhenLoaded } from "../shell/states";
import { fitted, locate, showing } from "./geometry";
import { PinButtons } from "./PinButtons";
import { ScrubBar } from "./ScrubBar";
import { SegmentPlayer, type SegmentControl } from "./SegmentPlayer";
import { useSegments } from "./useSegments";

const eventsOfPage = 500;

// All events of a search, page after page.
function useAllEvents(search: ListEventsApiArg) {
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = useEventPagesInfiniteQuery({ ...search, count: eventsOfPage });
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return useMemo(() => data?.pages.flatMap(page => page.events) ?? [], [data]);
}

function Day({ camera, day }: { camera: Camera; day: string }) {
  const { t } = useTranslation();
  const span = useMemo(() => ({ from: startOfDay(day).getTime(), to: startOfDay(day, 1).getTime() }), [day]);
  const stretch = { from: new Date(span.from).toISOString(), until: new Date(span.to).toISOString() };
  const { query, segments } = useSegments(camera.id, span);
  const events = useAllEvents({ camera: [camera.id], ...stretch, oldestFirst: true });
  const opened = useOpened();
  const [view, setView] = useState(span);
  const [time, setTime] = useState(span.from);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState("1");
  const player = useRef<SegmentControl>(null);

  const segmentsNow = useRef(segments);
  segmentsNow.current = segments;
  // The list grows while the camera records, and retention takes from its beginning: only the first one is gone to.
  const some = segments.length > 0;
  useEffect(() => {
    if (!some) return;
    player.current?.seek(segmentsNow.current[0]!.begin);
    setView(fitted(segmentsNow.current, span));
  }, [some, span]);

  const shown = locate(segments, time);
  const segment = shown ? segments[shown.index] : undefined;
  const jump = (to: number) => {
    player.current?.seek(to);
    setView(now => showing(now, to, span));
  };
  return (
    <WhenLoaded query={query}>
      {() =>
        segments.length === 0 ? (
          <EmptyState
            icon={Film}
            title={t("timeline.none")}
            hint={camera.status.recording_reason || t(camera.recording ? "timeline.noneHint" : "timeline.notRecording")}
          />
        ) : (
          <Stack>
            <SegmentPlayer
              control={player}
              segments={segments}
              label={t("timeline.recordingOf", { name: camera.name })}
              speed={Number(speed)}
              onTime={setTime}
              onPlaying={setPlaying}
            />
            <Group justify="space-between">
              <Group gap="sm">
                <ActionIcon
                  size="lg"
                  variant="light"
                  onClick={() => player.current?.toggle()}
                  aria-label={t(playing ? "clip.pause" : "clip.play")}
                >
                  {playing ? <Pause size={18} /> : <Play size={18} />}
                </ActionIcon>
                <Text fw={650} className="numbers" data-time={Math.round(time)}>
                  {timeOnly(new Date(time))}
                </Text>
                <SegmentedControl
                  size="xs"
                  aria-label={t("clip.speed")}
                  value={speed}
                  onChange={setSpeed}
                  data={["0.5", "1", "2", "4", "8"].map(value => ({ value, label: `${value}×` }))}
                />
              </Group>
              <Group gap={8}>
                <PinButtons camera={camera.id} view={view} segments={segments} />
                {segment && (
                  <Button
                    component="a"
                    href={`${segment.url}?download=true`}
                    download
                    size="xs"
                    variant="default"
                    leftSection={<Download size={15} aria-hidden />}
                  >
                    {t("timeline.download")}
                  </Button>
                )}
              </Group>
            </Group>
            <ScrubBar
              day={span}
              view={view}
              setView={setView}
              segments={segments}
              events={events}
              time={time}
              seek={to => player.current?.seek(to)}
            />
            {events.length > 0 && (
              <Stack gap={4} component="ul" p={0} m={0} style={{ listStyle: "none" }} aria-label={t("timeline.events")}>
                {events.map(event => (
                  <Group component="li" key={event.id} gap="sm" wrap="nowrap">
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      className="numbers"
                      flex="none"
                      onClick={() => jump(Date.parse(event.begin))}
                    >
                      {timeOnly(event.begin)}
                    </Button>
                    <KindBadge kind={event.kind} rule={event.rule} />
                    <Anchor component={Link} to={`/events/${event.id}`} state={opened} size="sm">
                      {t("live.seeEvent")}
                    </Anchor>
                  </Group>
                ))}
              </Stack>
            )}
          </Stack>
        )
      }
    </WhenLoaded>
  );
}

// What a camera recorded on a day.
export function TimelinePage() {
  const { t, i18n } = useTranslation();
  const query = useListCamerasQuery();
  const [search, setSearch] = useSearchParams();
  const day = dayOf(search.get("day")) ?? dayName(new Date());
  const set = (name: string, value: string) =>
    setSearch(
      now => {
        const next = new URLSearchParams(now);
        next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <WhenLoaded query={query}>
      {cameras => {
        const camera = cameras.find(each => String(each.id) === search.get("camera")) ?? cameras[0];
        return (
          <>
            <PageTitle
              actions={
                camera && (
                  <>
                    <Select
                      w={220}
                      allowDeselect={false}
                      aria-label={t("live.choose")}
                      value={String(camera.id)}
                      onChange={id => id && set("camera", id)}
                      data={cameras.map(({ id, name }) => ({ value: String(id), label: `#${id} · ${name}` }))}
                    />
                    <DatePickerInput
                      w={170}
                      locale={i18n.resolvedLanguage ?? "en"}
                      valueFormat="D MMM YYYY"
                      aria-label={t("timeline.day")}
                      value={day}
                      maxDate={dayName(new Date())}
                      onChange={value => value && set("day", value)}
                    />
                  </>
                )
              }
            >
              {t("timeline.title")}
            </PageTitle>
            {camera ? (
              <Day key={`${camera.id} ${day}`} camera={camera} day={day} />
            ) : (
              <EmptyState icon={Film} title={t("live.none")} hint={t("live.noneHint")} />
            )}
          </>
        );
      }}
    </WhenLoaded>
  );
}
