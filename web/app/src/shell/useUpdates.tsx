import { Anchor } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { generatedApi, useListCamerasQuery, type Camera, type JobState } from "../api/generated";
import { openSocket } from "../api/socket";
import { eventDetails, eventLists, taggedApi, toldTags } from "../api/tags";
import { useAppDispatch } from "../app/hooks";
import { store, type AppDispatch } from "../app/store";

// docs/live.md
export type Update =
  | { type: "event"; change: "added" | "changed" | "removed"; id: number; camera_id: number | null }
  | { type: "event_begun"; camera_id: number; kind: string; rule: string; zone: string; score: number }
  | { type: "job"; id: number; state: JobState; progress: number }
  | { type: "camera"; id: number; state: Camera["status"]["state"]; reason: string };

function announce(update: Extract<Update, { type: "event_begun" }>) {
  const cameras = generatedApi.endpoints.listCameras.select()(store.getState()).data;
  const camera = cameras?.find(each => each.id === update.camera_id)?.name ?? `#${update.camera_id}`;
  notifications.show({
    id: `begun-${update.camera_id}-${update.kind}`,
    color: update.kind === "violence" ? "red" : "violet",
    autoClose: 12_000,
    role: "alert",
    title: i18next.t("app.happening", { what: update.rule || i18next.t(`kinds.${update.kind}`), camera }),
    message: (
      <Anchor component={Link} to={`/live/${update.camera_id}`} size="sm">
        {i18next.t("app.lookNow")}
      </Anchor>
    ),
  });
}

type Tag = "jobs" | "cameras" | typeof eventLists | ReturnType<typeof eventDetails>;

// Several changes at once are one request: the tags are gathered for a moment.
function gatherer(dispatch: AppDispatch) {
  const tags = new Map<string, Tag>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (tag: Tag) => {
    tags.set(JSON.stringify(tag), tag);
    timer ??= setTimeout(() => {
      dispatch(generatedApi.util.invalidateTags([...tags.values()]));
      tags.clear();
      timer = undefined;
    }, 300);
  };
}

function apply(update: Update, dispatch: AppDispatch, outdated: ReturnType<typeof gatherer>) {
  switch (update.type) {
    case "event":
      outdated(eventLists);
      outdated(eventDetails(update.id));
      break;
    case "event_begun":
      announce(update);
      break;
    case "job":
      dispatch(
        generatedApi.util.updateQueryData("listJobs", undefined, jobs => {
          const job = jobs.find(each => each.id === update.id);
          if (job) Object.assign(job, { state: update.state, progress: update.progress });
        }),
      );
      if (update.state !== "running") outdated("jobs");
      break;
    case "camera":
      dispatch(
        generatedApi.util.updateQueryData("listCameras", undefined, cameras => {
          const camera = cameras.find(each => each.id === update.id);
          if (camera) Object.assign(camera.status, { state: update.state, reason: update.reason });
        }),
      );
      outdated("cameras");
      break;
  }
}

// Keeps what is shown up to date through the server's socket. Gives whether it is connected.
export function useUpdates(): boolean {
  const dispatch = useAppDispatch();
  const [connected, setConnected] = useState(true);
  // Their names are at hand when something happens.
  useListCamerasQuery();
  useEffect(() => {
    const outdated = gatherer(dispatch);
    let lost = false;
    return openSocket("/updates", {
      message: data => apply(JSON.parse(String(data)) as Update, dispatch, outdated),
      open: () => {
        setConnected(true);
        // What happened meanwhile nobody told.
        if (lost) dispatch(taggedApi.util.invalidateTags([...toldTags]));
        lost = false;
      },
      closed: () => {
        lost = true;
        setConnected(false);
        dispatch(generatedApi.util.invalidateTags(["session"]));
      },
    });
  }, [dispatch]);
  return connected;
}
