import { afterEach, beforeEach, vi } from "vitest";

// A server for unit tests. Answers by "METHOD /path" below the root of the API: JSON with status 200, or a Response of one's own.
//
//   const server = stagedServer();
//   server.answers["GET /session"] = { user: { id: 1 } };
//   …
//   expect(server.asked("GET /session")).toBe(1);
export function stagedServer() {
  const answers: Record<string, unknown> = {};
  const requests: string[] = [];
  const of = (url: string) => url.replace(/^.*\/api\/v1/, "").replace(/\?.*$/, "");
  beforeEach(() => {
    // Where there is no page, addresses need a host.
    const Real = Request;
    vi.stubGlobal(
      "Request",
      class extends Real {
        constructor(input: RequestInfo | URL, init?: RequestInit) {
          super(typeof input === "string" ? new URL(input, "http://vigil.example") : input, init);
        }
      },
    );
    vi.stubGlobal("fetch", async (request: Request) => {
      const name = `${request.method} ${of(request.url)}`;
      requests.push(name);
      const answer = answers[name];
      return answer instanceof Response ? answer.clone() : Response.json(answer ?? null);
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    requests.length = 0;
  });
  const asked = (name: string) => requests.filter(each => each === name).length;
  return { answers, asked };
}
