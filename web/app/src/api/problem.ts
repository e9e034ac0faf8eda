import type { FetchBaseQueryError } from "@reduxjs/toolkit/query";
import i18next from "i18next";
import type { Problem } from "./generated";

export type ApiError = FetchBaseQueryError | { message?: string } | undefined;

// What the server said, or null where it said nothing of that form.
export function problemOf(error: ApiError | unknown): Problem | null {
  if (!error || typeof error !== "object" || !("data" in error)) return null;
  const { data } = error;
  return data && typeof data === "object" && "code" in data && "message" in data ? (data as Problem) : null;
}

// A sentence for people: the page's own where it knows the code, or the code of that field; else the server's, in English, which other
// languages lead up to. The page's own may quote the server's, where that says more.
export function messageOf(error: ApiError): string {
  const problem = problemOf(error);
  if (problem) {
    const { code, message, field } = problem;
    const own = [`problems.${code}-${field}`, `problems.${code}`].find(key => i18next.exists(key));
    return own ? i18next.t(own, { message }) : i18next.t("problems.serverSays", { message });
  }
  if (error && "status" in error && error.status === "FETCH_ERROR") return i18next.t("problems.unreachable");
  return i18next.t("problems.unknown");
}
