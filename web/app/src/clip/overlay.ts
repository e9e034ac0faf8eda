import { contained, drawPeople, type Shown } from "./draw";
import type { Person } from "./people";

export interface Overlay {
  frameWidth: number;
  frameHeight: number;
  shown: Shown;
  named?: (person: Person) => boolean;
}

// Draws people onto a canvas that lies over a picture or video which shows the whole frame. How many are drawn, and how many of
// them are violent, stands in the canvas's data, for tests and style sheets.
export function paintOverlay(
  canvas: HTMLCanvasElement,
  people: readonly Person[],
  { frameWidth, frameHeight, shown, named }: Overlay,
): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  canvas.dataset.people = String(people.length);
  canvas.dataset.violent = String(people.filter(person => person.violent).length);
  if (frameWidth > 0 && people.length > 0) {
    drawPeople(context, people, {
      picture: contained(width, height, frameWidth, frameHeight),
      frameWidth,
      shown,
      ...(named ? { named } : {}),
    });
  }
}
