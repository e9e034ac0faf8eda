import { describe, expect, it, vi } from "vitest";
import { generatedApi } from "../api/generated";
import { stagedServer } from "../api/stagedServer";
import { uploads } from "../upload/uploads";
import { makeStore } from "./store";

const { getSession, listCameras, listEvents, deleteEvent } = generatedApi.endpoints;
const again = { forceRefetch: true };
const server = stagedServer();
const sessionOf = (id: number | null, csrf_token = "t") => ({
  setup_needed: false,
  sign_up: "off",
  version: "1",
  csrf_token,
  ...(id && { user: { id } }),
});

async function visited(id: number) {
  const store = makeStore();
  server.answers["GET /session"] = sessionOf(id);
  server.answers["GET /cameras"] = [];
  server.answers["GET /events"] = { events: [], next: null };
  await store.dispatch(getSession.initiate());
  await store.dispatch(listCameras.initiate());
  store.dispatch(uploads.actions.added({ key: "a", name: "a.mp4", size: 1 }));
  const holds = () => ({ cameras: listCameras.select()(store.getState()).data, uploads: store.getState().uploads.length });
  expect(holds()).toEqual({ cameras: [], uploads: 1 });
  return { store, holds };
}
const nothing = { cameras: undefined, uploads: 0 };

describe("what was loaded for a user", () => {
  it("is gone when their session has ended", async () => {
    const { store, holds } = await visited(5);
    server.answers["GET /session"] = sessionOf(null);
    server.answers["GET /events"] = Response.json({ code: "not_logged_in", message: "" }, { status: 401 });
    await store.dispatch(listEvents.initiate({}, again));
    await vi.waitFor(() => expect(holds()).toEqual(nothing));
  });

  it("is gone when another window has logged another in", async () => {
    const { store, holds } = await visited(5);
    server.answers["GET /session"] = sessionOf(7);
    await store.dispatch(getSession.initiate(undefined, again));
    expect(holds()).toEqual(nothing);
  });

  it("stays while the session is theirs", async () => {
    const { store, holds } = await visited(5);
    await store.dispatch(getSession.initiate(undefined, again));
    expect(holds()).toEqual({ cameras: [], uploads: 1 });
  });
});

describe("a request with an old token", () => {
  const refusal = Response.json({ code: "csrf", message: "" }, { status: 403 });

  it("is repeated in a new session of the same user", async () => {
    const { store } = await visited(5);
    server.answers["DELETE /events/1"] = refusal;
    await store.dispatch(deleteEvent.initiate({ id: 1 }));
    expect(server.asked("DELETE /events/1")).toBe(2);
  });

  it("is not repeated in another user's", async () => {
    const { store, holds } = await visited(5);
    server.answers["DELETE /events/1"] = refusal;
    server.answers["GET /session"] = sessionOf(7);
    await store.dispatch(deleteEvent.initiate({ id: 1 }));
    expect(server.asked("DELETE /events/1")).toBe(1);
    await vi.waitFor(() => expect(holds()).toEqual(nothing));
  });
});
