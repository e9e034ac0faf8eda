import { useLocation } from "react-router";
import { pages, type Page } from "../shell/pages";

// Where an event was opened from, kept with the page's place in the history.
export interface Opened {
  from: string;
}

// For a link to an event from where it is shown.
export function useOpened(): Opened {
  const { pathname, search } = useLocation();
  return { from: pathname + search };
}

export interface Back {
  to: string;
  // Whose name the link has.
  page: Page["name"];
}

// The way back from an event, to the page with all that it was asked for.
export function backOf(state: unknown): Back {
  const from = (state as Partial<Opened> | null)?.from ?? "";
  const page = pages.find(({ to }) => from.split(/[?/]/)[1] === to.slice(1));
  return page ? { to: from, page: page.name } : { to: "/repository", page: "repository" };
}
