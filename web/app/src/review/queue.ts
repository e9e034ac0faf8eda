import type { Review } from "../api/generated";

// The events to go through, in order; what was decided stays in it, so that the progress and the way back are known.
export interface Queue {
  ids: readonly number[];
  index: number;
  decisions: readonly Decision[];
}

export interface Decision {
  id: number;
  review: Review;
}

export const emptyQueue: Queue = { ids: [], index: 0, decisions: [] };

// Events that came meanwhile go to the end.
export function withArrived(queue: Queue, ids: readonly number[]): Queue {
  const known = new Set(queue.ids);
  const added = ids.filter(id => !known.has(id));
  return added.length === 0 ? queue : { ...queue, ids: [...queue.ids, ...added] };
}

export const current = ({ ids, index }: Queue): number | undefined => ids[index];

// index = number of ids: all have been looked at.
export const moved = (queue: Queue, by: number): Queue => ({ ...queue, index: Math.max(0, Math.min(queue.ids.length, queue.index + by)) });

export function decided(queue: Queue, review: Review): Queue {
  const id = current(queue);
  if (id === undefined) return queue;
  return moved({ ...queue, decisions: [...queue.decisions.filter(each => each.id !== id), { id, review }] }, 1);
}

// Back at the event of the last decision, which is to be new again; null: there is none.
export function undone(queue: Queue): { queue: Queue; id: number } | null {
  const last = queue.decisions[queue.decisions.length - 1];
  if (!last) return null;
  return { id: last.id, queue: { ...queue, decisions: queue.decisions.slice(0, -1), index: Math.max(0, queue.ids.indexOf(last.id)) } };
}

// An event whose decision the server did not take: it is to be decided again, at the end, where its return disturbs nobody.
export function refused(queue: Queue, id: number): Queue {
  const rest = without(queue, id);
  return rest === queue ? queue : { ...rest, ids: [...rest.ids, id] };
}

// An event that somebody deleted.
export function without(queue: Queue, id: number): Queue {
  const at = queue.ids.indexOf(id);
  if (at < 0) return queue;
  return {
    ids: queue.ids.filter(each => each !== id),
    index: queue.index - (at < queue.index ? 1 : 0),
    decisions: queue.decisions.filter(each => each.id !== id),
  };
}
