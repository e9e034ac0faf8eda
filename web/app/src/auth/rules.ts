import type { Problem } from "../api/generated";

// Whether the log-in goes on with the code of a second factor.
export const wantsCode = (problem: Problem | null): boolean =>
  problem !== null && (problem.field === "code" || /code_needed|second_factor/.test(problem.code));

// Where to go after the log-in: a page of this server, never another site's.
export const safeNext = (next: string | null): string => (next && /^\/(?![/\\])/.test(next) ? next : "/live");

// The one-time token of the link http://HOST/setup#token=TOKEN. It stands behind the #, so that it is in no log.
export const tokenOf = (hash: string): string => new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";

const mailAddress = /^[^\s@]+@[^\s@]+$/;

export const looksLikeMail = (text: string): boolean => mailAddress.test(text.trim());
