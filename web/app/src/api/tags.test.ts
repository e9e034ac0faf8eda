import { describe, expect, it, vi } from "vitest";
import { makeStore } from "../app/store";
import { generatedApi } from "./generated";
import { stagedServer } from "./stagedServer";
import { eventDetails, eventLists, taggedApi, toldTags } from "./tags";

const { changeEvent, changeRecordings, getEvent, listCameras, listEvents, listRecordings } = generatedApi.endpoints;
const server = stagedServer();

async function opened() {
  const store = makeStore();
  server.answers["GET /events"] = { events: [], next: null };
  for (const id of [1, 2]) {
    server.answers[`GET /events/${id}`] = { id, pinned: false };
    await store.dispatch(getEvent.initiate({ id }));
  }
  await store.dispatch(listEvents.initiate({}));
  return store;
}

describe("the details of an event", () => {
  it("are not asked for again because of another event", async () => {
    const store = await opened();
    store.dispatch(generatedApi.util.invalidateTags([eventLists, eventDetails(2)]));
    await vi.waitFor(() => expect(server.asked("GET /events")).toBe(2));
    await vi.waitFor(() => expect(server.asked("GET /events/2")).toBe(2));
    expect(server.asked("GET /events/1")).toBe(1);
  });

  it("come with the answer to a change", async () => {
    const store = await opened();
    server.answers["PATCH /events/1"] = { id: 1, pinned: true };
    await store.dispatch(changeEvent.initiate({ id: 1, eventChange: { pinned: true } }));
    await vi.waitFor(() => expect(server.asked("GET /events")).toBe(2));
    expect(getEvent.select({ id: 1 })(store.getState()).data).toEqual({ id: 1, pinned: true });
    expect(server.asked("GET /events/1")).toBe(1);
  });

  it("stay when a change fails", async () => {
    const store = await opened();
    server.answers["PATCH /events/1"] = Response.json({ code: "busy", message: "" }, { status: 503 });
    await store.dispatch(changeEvent.initiate({ id: 1, eventChange: { pinned: true } }));
    expect(getEvent.select({ id: 1 })(store.getState()).data).toEqual({ id: 1, pinned: false });
  });
});

describe("the recordings of a camera", () => {
  const day = { id: 1, from: "2026-07-01T00:00:00Z", until: "2026-07-02T00:00:00Z" };
  async function shown() {
    const store = makeStore();
    server.answers["GET /cameras"] = [];
    server.answers["GET /cameras/1/recordings"] = [];
    await store.dispatch(listCameras.initiate());
    await store.dispatch(listRecordings.initiate(day));
    return store;
  }

  it("are not asked for again because of its state", async () => {
    const store = await shown();
    store.dispatch(taggedApi.util.invalidateTags(["cameras"]));
    await vi.waitFor(() => expect(server.asked("GET /cameras")).toBe(2));
    expect(server.asked("GET /cameras/1/recordings")).toBe(1);
  });

  it("are asked for again after they were changed, and the cameras are not", async () => {
    const store = await shown();
    server.answers["PATCH /cameras/1/recordings"] = [];
    await store.dispatch(changeRecordings.initiate({ ...day, recordingsChange: { pinned: true } }));
    await vi.waitFor(() => expect(server.asked("GET /cameras/1/recordings")).toBe(2));
    expect(server.asked("GET /cameras")).toBe(1);
  });

  it("are asked for again after the server could tell nothing for a while", async () => {
    const store = await shown();
    store.dispatch(taggedApi.util.invalidateTags([...toldTags]));
    await vi.waitFor(() => expect(server.asked("GET /cameras/1/recordings")).toBe(2));
  });
});
