import { useElementSize } from "@mantine/hooks";
import { Fragment, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Scene } from "../api/generated";
import { movedPoint, reachOf, rightOf, translated, withoutCorner, type Point } from "./geometry";
import { pointsOf, sameShape, type ShapeId, type ShapeKind } from "./scenes";
import style from "./scene.module.css";

interface SceneCanvasProps {
  scene: Scene;
  picture: string;
  aspect: number;
  chosen: ShapeId | null;
  choose: (shape: ShapeId) => void;
  change: (shape: ShapeId, points: Point[]) => void;
}

const kinds: readonly ShapeKind[] = ["masks", "zones", "lines"];
const seenPx = 5;
const takenPx = 14;
const arrows: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// By how much a key moves: a hundredth of the picture, with Shift a tenth of that.
function stepOf({ key, shiftKey }: KeyboardEvent): Point | null {
  const way = arrows[key];
  return way ? way.map(value => value * (shiftKey ? 0.001 : 0.01)) : null;
}

// The camera's picture with its zones, lines and masks, which pointer and keys move: corners by themselves, shapes as a whole.
export function SceneCanvas({ scene, picture, aspect, chosen, choose, change }: SceneCanvasProps) {
  const { t } = useTranslation();
  const svg = useRef<SVGSVGElement>(null);
  // What the pointer holds: a corner, or the whole shape, seen from where it was taken.
  const [held, setHeld] = useState<{ shape: ShapeId; corner: number | null; from: Point; points: Point[] } | null>(null);
  const [width, height] = [1000 * aspect, 1000];
  // How large a pixel of the screen is.
  const { ref: sized, width: shownPx } = useElementSize();
  const pixel = shownPx > 0 ? width / shownPx : 1;

  const placeOf = (event: PointerEvent): Point => {
    const box = svg.current!.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const take = (shape: ShapeId, corner: number | null) => (event: PointerEvent<SVGElement>) => {
    event.stopPropagation();
    svg.current!.setPointerCapture(event.pointerId);
    choose(shape);
    setHeld({ shape, corner, from: placeOf(event), points: pointsOf(scene, shape) });
  };
  const move = (event: PointerEvent) => {
    if (!held) return;
    const at = placeOf(event);
    change(
      held.shape,
      held.corner === null
        ? translated(held.points, at[0]! - held.from[0]!, at[1]! - held.from[1]!)
        : movedPoint(held.points, held.corner, at),
    );
  };
  const keyOfShape = (shape: ShapeId) => (event: KeyboardEvent) => {
    const step = stepOf(event);
    if (!step) return;
    event.preventDefault();
    change(shape, translated(pointsOf(scene, shape), step[0]!, step[1]!));
  };
  const keyOfCorner = (shape: ShapeId, corner: number) => (event: KeyboardEvent) => {
    const points = pointsOf(scene, shape);
    const [step, point] = [stepOf(event), points[corner]!];
    if (step) change(shape, movedPoint(points, corner, [point[0]! + step[0]!, point[1]! + step[1]!]));
    else if ((event.key === "Delete" || event.key === "Backspace") && shape.kind !== "lines") change(shape, withoutCorner(points, corner));
    else return;
    event.preventDefault();
  };
  const nameOf = ({ kind, index }: ShapeId) =>
    kind === "masks" ? t(`scene.maskKinds.${scene.masks[index]!.kind}`) : scene[kind][index]!.name;
  const pixels = (points: readonly Point[]) => points.map(point => `${point[0]! * width},${point[1]! * height}`).join(" ");

  const drawn = (shape: ShapeId) => {
    const points = pointsOf(scene, shape);
    const label = t(`scene.shape.${shape.kind}`, { name: nameOf(shape) });
    const own = {
      className: style.shape,
      "data-kind": shape.kind,
      "data-chosen": sameShape(shape, chosen),
      tabIndex: 0,
      role: "button",
      "aria-label": label,
      onPointerDown: take(shape, null),
      onFocus: () => choose(shape),
      onKeyDown: keyOfShape(shape),
    };
    const key = `${shape.kind}${shape.index}`;
    // Right after their shape, which is where the keyboard looks for them.
    const corners = sameShape(shape, chosen) && points.map((point, i) => cornerOf(shape, point, i));
    if (shape.kind !== "lines")
      return (
        <Fragment key={key}>
          <polygon {...own} points={pixels(points)} />
          {corners}
        </Fragment>
      );
    const { tail, head } = rightOf(points[0]!, points[1]!, 0.09, aspect);
    return (
      <Fragment key={key}>
        <polyline {...own} points={pixels(points)} />
        <polyline className={style.arrow} points={pixels([tail, head])} markerEnd="url(#arrow)" />
        {corners}
      </Fragment>
    );
  };
  const cornerOf = (shape: ShapeId, point: Point, i: number) => (
    <circle
      key={i}
      className={style.corner}
      data-corner={i}
      cx={point[0]! * width}
      cy={point[1]! * height}
      r={Math.max(13, seenPx * pixel)}
      tabIndex={0}
      role="button"
      aria-label={t("scene.corner", { number: i + 1, name: nameOf(shape) })}
      onKeyDown={keyOfCorner(shape, i)}
    />
  );
  // Lie above all shapes and are large enough for fingers.
  const gripOf = (shape: ShapeId, points: readonly Point[], i: number) => (
    <circle
      key={i}
      className={style.grip}
      aria-hidden
      cx={points[i]![0]! * width}
      cy={points[i]![1]! * height}
      r={reachOf(points, i, Math.max(13, takenPx * pixel), [width, height])}
      onPointerDown={take(shape, i)}
    />
  );
  const letGo = () => {
    if (held && held.corner !== null) svg.current!.querySelector<SVGElement>(`[data-corner="${held.corner}"]`)?.focus();
    setHeld(null);
  };
  return (
    <div ref={sized} className={style.canvas} style={{ aspectRatio: aspect }}>
      <img src={picture} alt={t("scene.picture")} draggable={false} />
      <svg
        ref={svg}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        onPointerMove={move}
        onPointerUp={letGo}
        onPointerCancel={() => setHeld(null)}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="5" markerHeight="5" orient="auto">
            <path d="M0 0 10 5 0 10z" fill="#ffd43b" />
          </marker>
        </defs>
        {kinds.flatMap(kind => scene[kind].map((_, index) => drawn({ kind, index })))}
        {chosen && pointsOf(scene, chosen).map((_, i, points) => gripOf(chosen, points, i))}
      </svg>
    </div>
  );
}
