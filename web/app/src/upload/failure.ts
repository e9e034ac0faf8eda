import { DetailedError } from "tus-js-client";
import type { ApiError } from "../api/problem";

// Why an upload failed, as the API's other requests tell it; the uploader's own words name addresses and numbers.
export function failureOf(error: Error): ApiError {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer) return { status: "FETCH_ERROR", error: error.message };
  try {
    return { status: answer.getStatus(), data: JSON.parse(answer.getBody()) as unknown };
  } catch {
    return { status: answer.getStatus(), data: null };
  }
}
