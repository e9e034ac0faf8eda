import { decimal } from "../i18n/formats";
import type { Person } from "./people";

export interface Shown {
  boxes: boolean;
  skeletons: boolean;
  scores: boolean;
}

export interface Picture {
  left: number;
  top: number;
  width: number;
  height: number;
}

const limbs = [
  [5, 6],
  [5, 7],
  [7, 9],
  [6, 8],
  [8, 10],
  [5, 11],
  [6, 12],
  [11, 12],
  [11, 13],
  [13, 15],
  [12, 14],
  [14, 16],
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 4],
] as const;
const sureKeyPoint = 0.2;

interface Paint {
  line: string;
  plate: string;
  text: string;
  width: number;
}

// On any picture, whatever the colours of the page: red takes part in violence, violet does what a rule names, green neither.
const paints = {
  violent: { line: "#ff3b30", plate: "#c2180f", text: "#ffffff", width: 4 },
  named: { line: "#b79cff", plate: "#b79cff", text: "#16101f", width: 3 },
  calm: { line: "#34d17a", plate: "#34d17a", text: "#0c1a11", width: 2 },
} satisfies Record<string, Paint>;

// Where a frame of that shape lies in an element that shows all of it (object-fit: contain).
export function contained(width: number, height: number, frameWidth: number, frameHeight: number): Picture {
  if (!frameWidth || !frameHeight) return { left: 0, top: 0, width, height };
  const scale = Math.min(width / frameWidth, height / frameHeight);
  const [w, h] = [frameWidth * scale, frameHeight * scale];
  return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
}

function drawBox(context: CanvasRenderingContext2D, box: readonly number[], { line, width }: Paint, seen: boolean) {
  context.setLineDash(seen ? [] : [6, 5]);
  for (const [style, thick] of [
    ["rgba(0, 0, 0, 0.45)", width + 2],
    [line, width],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.strokeRect(box[0]!, box[1]!, box[2]!, box[3]!);
  }
  context.setLineDash([]);
}

function drawSkeleton(context: CanvasRenderingContext2D, pose: readonly number[], scale: number, { line }: Paint) {
  const point = (i: number) => (pose[3 * i + 2]! >= sureKeyPoint ? ([pose[3 * i]! * scale, pose[3 * i + 1]! * scale] as const) : null);
  context.lineCap = context.lineJoin = "round";
  for (const [style, thick] of [
    ["rgba(0, 0, 0, 0.5)", 4],
    [line, 2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.beginPath();
    for (const [from, to] of limbs) {
      const [a, b] = [point(from), point(to)];
      if (!a || !b) continue;
      context.moveTo(...a);
      context.lineTo(...b);
    }
    context.stroke();
  }
}

function drawName(context: CanvasRenderingContext2D, name: string, box: readonly number[], paint: Paint, size: number, picture: Picture) {
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const wide = context.measureText(name).width + size * 0.8;
  const high = size * 1.5;
  const x = Math.max(0, Math.min(box[0]! - paint.width / 2, picture.width - wide));
  const above = box[1]! - paint.width / 2 - high;
  const y = above >= 0 ? above : Math.min(box[1]! + paint.width / 2, Math.max(0, box[1]! + box[3]! - high));
  context.fillStyle = paint.plate;
  context.fillRect(x, y, wide, high);
  context.fillStyle = paint.text;
  context.fillText(name, x + size * 0.4, y + high / 2 + size * 0.06);
}

const nameOf = (person: Person, scores: boolean) =>
  scores && person.violence !== null ? `${person.id}  ${decimal(person.violence)}` : String(person.id);

interface Drawing {
  picture: Picture;
  frameWidth: number;
  shown: Shown;
  // Who does what the event's rule names.
  named?: (person: Person) => boolean;
}

// Draws into the part of the context that shows the whole frame; who is violent comes last, above the others.
export function drawPeople(context: CanvasRenderingContext2D, people: readonly Person[], { picture, frameWidth, shown, named }: Drawing) {
  const scale = picture.width / frameWidth;
  const size = Math.max(11, Math.min(16, picture.width / 52));
  const tone = (person: Person) => (person.violent ? "violent" : named?.(person) ? "named" : "calm");
  const loudness = { calm: 0, named: 1, violent: 2 };
  context.save();
  context.translate(picture.left, picture.top);
  context.beginPath();
  context.rect(0, 0, picture.width, picture.height);
  context.clip();
  for (const person of [...people].sort((a, b) => loudness[tone(a)] - loudness[tone(b)])) {
    const paint = paints[tone(person)];
    const box = person.box.map(value => value * scale);
    context.globalAlpha = person.seen ? 1 : 0.5;
    if (shown.skeletons && person.pose) drawSkeleton(context, person.pose, scale, paint);
    if (shown.boxes) {
      drawBox(context, box, paint, person.seen);
      drawName(context, nameOf(person, shown.scores), box, paint, size, picture);
    }
  }
  context.restore();
}
