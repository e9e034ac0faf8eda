import type { ListEventsApiArg, Review } from "../api/generated";

// What the repository is searched for, as it stands in the address of the page. Days are YYYY-MM-DD of the reader's clock.
export interface Filters {
  from?: string;
  until?: string;
  cameras: number[];
  uploads: boolean;
  kind?: string;
  review?: Review;
  pinned: boolean;
  leastScore: number;
  words: string;
  person?: number;
  job?: number;
  oldestFirst: boolean;
}

export const noFilters: Filters = { cameras: [], uploads: false, pinned: false, leastScore: 0, words: "", oldestFirst: false };

const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const reviews: readonly string[] = ["new", "kept", "dismissed"];

// The day that an address names, if it is one.
export const dayOf = (text: string | null): string | undefined =>
  text && dayForm.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;

function wholeNumber(text: string | null): number | undefined {
  const value = Number(text);
  return text && Number.isInteger(value) && value > 0 ? value : undefined;
}

// What a page's address asks for; what is not understood is left out.
export function readFilters(search: URLSearchParams): Filters {
  const filters: Filters = {
    cameras: (search.get("camera") ?? "")
      .split(",")
      .map(wholeNumber)
      .filter(id => id !== undefined),
    uploads: search.get("uploads") === "1",
    pinned: search.get("pinned") === "1",
    leastScore: Math.min(1, Math.max(0, Number(search.get("score")) || 0)),
    words: search.get("words") ?? "",
    oldestFirst: search.get("order") === "oldest",
  };
  const review = search.get("review");
  const optional = {
    from: dayOf(search.get("from")),
    until: dayOf(search.get("until")),
    kind: search.get("kind") || undefined,
    review: review && reviews.includes(review) ? (review as Review) : undefined,
    person: wholeNumber(search.get("person")),
    job: wholeNumber(search.get("job")),
  };
  return Object.assign(filters, Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)));
}

export function writeFilters(filters: Filters): URLSearchParams {
  const search = new URLSearchParams();
  const put = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") search.set(name, String(value));
  };
  put("from", filters.from);
  put("until", filters.until);
  put("camera", filters.cameras.join(","));
  if (filters.uploads) put("uploads", 1);
  put("kind", filters.kind);
  put("review", filters.review);
  if (filters.pinned) put("pinned", 1);
  if (filters.leastScore > 0) put("score", filters.leastScore);
  put("words", filters.words.trim());
  put("person", filters.person);
  put("job", filters.job);
  if (filters.oldestFirst) put("order", "oldest");
  return search;
}

// The instant at which a day begins by the reader's clock, or the day after it.
export function startOfDay(day: string, later = 0): Date {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year!, month! - 1, date! + later);
}

export function dayName(instant: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
}

export function toQuery(filters: Filters): ListEventsApiArg {
  const query: ListEventsApiArg = {};
  if (filters.from) query.from = startOfDay(filters.from).toISOString();
  if (filters.until) query.until = startOfDay(filters.until, 1).toISOString();
  if (filters.cameras.length > 0) query.camera = filters.cameras;
  if (filters.uploads) query.uploads = true;
  if (filters.kind) query.kind = filters.kind;
  if (filters.review) query.review = filters.review;
  if (filters.pinned) query.pinned = true;
  if (filters.leastScore > 0) query.leastScore = filters.leastScore;
  if (filters.words.trim()) query.words = filters.words.trim();
  if (filters.person !== undefined) query.person = filters.person;
  if (filters.job !== undefined) query.job = filters.job;
  if (filters.oldestFirst) query.oldestFirst = true;
  return query;
}

export const isFiltered = (filters: Filters): boolean => writeFilters({ ...filters, oldestFirst: false }).size > 0;

// The last days up to today, for quick choices.
export function lastDays(count: number, today = new Date()): { from: string; until: string } {
  return { from: dayName(new Date(today.getFullYear(), today.getMonth(), today.getDate() - count + 1)), until: dayName(today) };
}
