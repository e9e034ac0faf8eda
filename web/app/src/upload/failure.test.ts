import { DetailedError, type HttpResponse } from "tus-js-client";
import { describe, expect, it } from "vitest";
import { failureOf } from "./failure";

function answered(status: number, body: string): DetailedError {
  const originalResponse = { getStatus: () => status, getBody: () => body } as HttpResponse;
  return Object.assign(new DetailedError("tus: unexpected response"), { originalResponse });
}

describe("why an upload failed", () => {
  it("is the server's problem where it answered with one", () => {
    expect(failureOf(answered(507, '{"code": "no_room", "message": "full"}'))).toEqual({
      status: 507,
      data: { code: "no_room", message: "full" },
    });
  });
  it("is unknown where it answered with something else", () => {
    expect(failureOf(answered(502, "<html>"))).toEqual({ status: 502, data: null });
  });
  it("is the network where nothing answered", () => {
    expect(failureOf(new Error("tus: failed to upload"))).toMatchObject({ status: "FETCH_ERROR" });
  });
});
