// The people of the frames of a clip or a live stream: who is where at a time. docs/tracks-jsonl.md, docs/live.md.

export type Box = readonly [left: number, top: number, width: number, height: number];

export interface Person {
  id: number;
  box: Box;
  violence: number | null;
  violent: boolean;
  seen: boolean;
  // 17 times x, y, score.
  pose: readonly number[] | null;
}

export interface PeopleFrame {
  time_us: number;
  people: readonly Person[];
}

// Further apart, nothing is drawn in between.
const longestStepUs = 1_500_000;
// So long boxes stand when none follow, or not yet: later they would be on a frame that is not theirs.
const longestLastUs = 250_000;
// By how much the clocks of a video and of its boxes differ.
const roundingUs = 1_000;

const mix = (from: number, to: number, share: number) => from + (to - from) * share;

function mixPoses(from: readonly number[] | null, to: readonly number[] | null, share: number) {
  if (!from || !to || from.length !== to.length) return from;
  return from.map((value, i) => (i % 3 === 2 ? Math.min(value, to[i]!) : mix(value, to[i]!, share)));
}

// Index of the last frame at or before the time; -1: there is none.
function lastBefore(frames: readonly PeopleFrame[], timeUs: number): number {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle]!.time_us <= timeUs + roundingUs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// frames: in rising order of time. Between two of them boxes and key points move on straight lines; all else is that of the earlier.
export function peopleAt(frames: readonly PeopleFrame[], timeUs: number): readonly Person[] {
  const index = lastBefore(frames, timeUs);
  const earlier = frames[index];
  if (!earlier) return [];
  const later = frames[index + 1];
  if (!later || later.time_us - earlier.time_us > longestStepUs) {
    return timeUs - earlier.time_us > longestLastUs ? [] : earlier.people;
  }
  const share = Math.max(0, (timeUs - earlier.time_us) / (later.time_us - earlier.time_us));
  const next = new Map(later.people.map(person => [person.id, person]));
  return earlier.people.map(person => {
    const to = next.get(person.id);
    if (!to) return person;
    const [a, b] = [person.box, to.box];
    const box: Box = [mix(a[0], b[0], share), mix(a[1], b[1], share), mix(a[2], b[2], share), mix(a[3], b[3], share)];
    return { ...person, box, pose: mixPoses(person.pose, to.pose, share) };
  });
}

// Frames come that much out of order at most: who is further behind begins a new time line.
const disorderUs = 2_000_000;

// Frames of a live stream: kept in order of time, whatever order they come in, for as long as a late video may need them.
export class RecentPeople {
  frames: PeopleFrame[] = [];

  constructor(private readonly keepUs = 15_000_000) {}

  add(frame: PeopleFrame): void {
    const last = this.frames[this.frames.length - 1];
    if (last && last.time_us - frame.time_us > disorderUs) this.clear();
    const at = lastBefore(this.frames, frame.time_us - 2 * roundingUs) + 1;
    this.frames.splice(at, 0, frame);
    const oldest = this.frames[this.frames.length - 1]!.time_us - this.keepUs;
    const first = this.frames.findIndex(each => each.time_us >= oldest);
    if (first > 0) this.frames.splice(0, first);
  }

  // Of when the newest are, in seconds; null: there are none.
  newest(): number | null {
    const last = this.frames[this.frames.length - 1];
    return last ? last.time_us / 1e6 : null;
  }

  clear(): void {
    this.frames = [];
  }
}

interface BoxesLine {
  time_s: number;
  people: { id: number; box: Box; seen: boolean; violence?: number; violent?: boolean; key_points?: [number, number, number][] }[];
}

// The text of an event's file of boxes. A broken line, as a killed analysis may leave, is passed over.
export function readBoxes(text: string): PeopleFrame[] {
  return text.split("\n").flatMap(line => {
    if (line.trim() === "") return [];
    try {
      const { time_s, people } = JSON.parse(line) as BoxesLine;
      return [
        {
          time_us: Math.round(time_s * 1e6),
          people: people.map(({ id, box, seen, violence, violent, key_points }) => ({
            id,
            box,
            seen,
            violence: violence ?? null,
            violent: violent ?? false,
            pose: key_points ? key_points.flat() : null,
          })),
        },
      ];
    } catch {
      return [];
    }
  });
}
