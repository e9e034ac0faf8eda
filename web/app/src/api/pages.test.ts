import { describe, expect, it } from "vitest";
import { makeStore } from "../app/store";
import { pagesApi } from "./pages";
import { stagedServer } from "./stagedServer";

const server = stagedServer();
const { eventPages } = pagesApi.endpoints;

describe("a list in pages", () => {
  it("keeps what it has when the next page cannot be loaded, and goes on from there", async () => {
    const store = makeStore();
    const state = () => eventPages.select({})(store.getState());
    server.answers["GET /events"] = { events: [{ id: 1 }], next: "a" };
    await store.dispatch(eventPages.initiate({}));
    server.answers["GET /events"] = Response.json({ code: "too_many_requests", message: "" }, { status: 429 });
    await store.dispatch(eventPages.initiate({}, { direction: "forward" }));
    expect(state()).toMatchObject({ isError: true, hasNextPage: true, data: { pages: [{ events: [{ id: 1 }] }] } });
    expect(state().error).toMatchObject({ status: 429, data: { code: "too_many_requests" } });
    server.answers["GET /events"] = { events: [{ id: 2 }], next: null };
    await store.dispatch(eventPages.initiate({}, { direction: "forward" }));
    expect(state()).toMatchObject({ isError: false, hasNextPage: false, data: { pageParams: [null, "a"] } });
  });
});
