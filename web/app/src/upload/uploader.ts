import { nanoid } from "@reduxjs/toolkit";
import { Upload } from "tus-js-client";
import { apiRoot, csrfHeaders } from "../api/base";
import { generatedApi } from "../api/generated";
import { messageOf } from "../api/problem";
import { listeners, store } from "../app/store";
import { failureOf } from "./failure";
import { jobOf, toBegin, uploads } from "./uploads";

const { added, changed, forgotten, removed } = uploads.actions;

// What is sent in one request, and at most lost when the connection breaks.
const chunkBytes = 8 * 1024 * 1024;
const retryDelays = [0, 1000, 3000, 5000, 10_000, 20_000];

const running = new Map<string, Upload>();

listeners.startListening({
  actionCreator: forgotten,
  effect: () => {
    for (const upload of running.values()) void upload.abort();
    running.clear();
  },
});

function beginNext(): void {
  for (const key of toBegin(store.getState().uploads)) {
    store.dispatch(changed({ key, state: "sending", message: "" }));
    running.get(key)?.start();
  }
}

// Sends a file, or goes on where an earlier attempt with the same file ended.
export async function send(file: File): Promise<void> {
  const key = nanoid();
  const upload: Upload = new Upload(file, {
    endpoint: `${apiRoot}/uploads`,
    metadata: { filename: file.name, filetype: file.type },
    chunkSize: chunkBytes,
    retryDelays,
    removeFingerprintOnSuccess: true,
    onBeforeRequest: request => {
      for (const [name, value] of Object.entries(csrfHeaders())) request.setHeader(name, value);
    },
    onProgress: sent => store.dispatch(changed({ key, sent, job: jobOf(upload.url) })),
    onError: error => {
      store.dispatch(changed({ key, state: "failed", message: messageOf(failureOf(error)) }));
      beginNext();
    },
    onSuccess: () => {
      store.dispatch(removed(key));
      store.dispatch(generatedApi.util.invalidateTags(["jobs"]));
      running.delete(key);
      beginNext();
    },
  });
  running.set(key, upload);
  store.dispatch(added({ key, name: file.name, size: file.size }));
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  beginNext();
}

export async function pause(key: string): Promise<void> {
  await running.get(key)?.abort();
  store.dispatch(changed({ key, state: "paused" }));
  beginNext();
}

export function goOn(key: string): void {
  store.dispatch(changed({ key, state: "waiting" }));
  beginNext();
}

// Also on the server.
export async function cancel(key: string): Promise<void> {
  const upload = running.get(key);
  running.delete(key);
  store.dispatch(removed(key));
  await upload?.abort(true).catch(() => undefined);
  store.dispatch(generatedApi.util.invalidateTags(["jobs"]));
  beginNext();
}
