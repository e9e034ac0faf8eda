import type { EventPerson } from "../api/generated";

// A culprit was violent at some moment, and nobody has said since that it was not them.
export const isCulprit = (kind: string, person: Pick<EventPerson, "dismissed" | "first_s">): boolean =>
  kind === "violence" && !person.dismissed && person.first_s !== null;

// Culprits first, then by how sure it is that they took part.
export const inOrder = <T extends Pick<EventPerson, "dismissed" | "first_s" | "score">>(kind: string, people: readonly T[]): T[] =>
  [...people].sort((a, b) => Number(isCulprit(kind, b)) - Number(isCulprit(kind, a)) || b.score - a.score);

const notes = { "too small": "small", "turned away": "away", occluded: "occluded", "not seen": "unseen" } as const;

// Which text says why there is no face; null: the server's own words do.
export const faceNote = (note: string): (typeof notes)[keyof typeof notes] | null => notes[note as keyof typeof notes] ?? null;
