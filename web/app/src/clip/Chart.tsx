import { Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useId, type KeyboardEvent, type PointerEvent } from "react";
import { pathOf, place, ticks, valueAt, type Point } from "./curve";
import style from "./clip.module.css";

export interface Series {
  label: string;
  colour: string;
  points: readonly Point[];
  dashed?: boolean;
  filled?: boolean;
}

interface ChartProps {
  label: string;
  series: readonly Series[];
  x: readonly [from: number, to: number];
  y: readonly [from: number, to: number];
  height?: number;
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  band?: { from: number; to: number; colour: string };
  marks?: readonly { x: number; label: string; colour: string }[];
  playhead?: number;
  seek?: (x: number) => void;
}

const edge = { left: 34, right: 20, top: 8, bottom: 22 };

// Lines over a scale, with a playhead that can be moved where there is `seek`: by pointer, or by arrow keys.
export function Chart({ label, series, x, y, height = 170, formatX, formatY, band, marks = [], playhead, seek }: ChartProps) {
  const { ref, width } = useElementSize();
  const title = useId();
  const [across, up] = [Math.max(10, width - edge.left - edge.right), height - edge.top - edge.bottom];
  const xScale = { from: x[0], to: x[1], size: across };
  const yScale = { from: y[0], to: y[1], size: up };
  const placeX = (value: number) => Math.min(across, Math.max(0, place(xScale, value)));

  const point = (event: PointerEvent<SVGSVGElement>) =>
    seek?.(valueAt(xScale, event.clientX - event.currentTarget.getBoundingClientRect().left - edge.left));
  const key = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -5, PageUp: 5 }[event.key];
    if (!step || !seek || playhead === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    seek(Math.min(x[1], Math.max(x[0], playhead + (step * (x[1] - x[0])) / 50)));
  };
  const slider =
    seek && playhead !== undefined
      ? {
          role: "slider",
          tabIndex: 0,
          "aria-valuemin": x[0],
          "aria-valuemax": x[1],
          "aria-valuenow": playhead,
          "aria-valuetext": formatX(playhead),
          onKeyDown: key,
          onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            point(event);
          },
          onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
            if (event.buttons & 1) point(event);
          },
        }
      : { role: "img" };
  return (
    <figure ref={ref} style={{ margin: 0, minHeight: height }}>
      {width > 0 && (
        <svg className={style.chart} height={height} aria-labelledby={title} {...slider}>
          <title id={title}>{label}</title>
          <g transform={`translate(${edge.left} ${edge.top})`}>
            {band && (
              <rect
                x={placeX(band.from)}
                width={Math.max(1, placeX(band.to) - placeX(band.from))}
                height={up}
                fill={band.colour}
                opacity={0.12}
              />
            )}
            {ticks(y[0], y[1], 3).map(value => (
              <g key={value} transform={`translate(0 ${up - place(yScale, value)})`}>
                <line x2={across} stroke="var(--line)" />
                <text x={-6} dy="0.35em" textAnchor="end">
                  {formatY(value)}
                </text>
              </g>
            ))}
            {ticks(x[0], x[1], Math.max(2, across / 90)).map(value => (
              <text key={value} x={placeX(value)} y={up + 16} textAnchor="middle">
                {formatX(value)}
              </text>
            ))}
            {marks.map(mark => (
              <line key={mark.label} x1={placeX(mark.x)} x2={placeX(mark.x)} y2={up} stroke={mark.colour} strokeDasharray="3 3">
                <title>{mark.label}</title>
              </line>
            ))}
            {series.map(({ label: name, colour, points, dashed, filled }) => {
              const path = pathOf(points, xScale, yScale);
              return (
                <g key={name}>
                  {filled && points.length > 1 && !points.some(each => each.y === null) && (
                    <path
                      d={`${path}L${place(xScale, points[points.length - 1]!.x)} ${up}L${place(xScale, points[0]!.x)} ${up}Z`}
                      fill={colour}
                      opacity={0.13}
                    />
                  )}
                  <path
                    d={path}
                    fill="none"
                    stroke={colour}
                    strokeWidth={2}
                    strokeDasharray={dashed ? "5 4" : undefined}
                    strokeLinejoin="round"
                  />
                </g>
              );
            })}
            {playhead !== undefined && (
              <line
                data-playhead={playhead}
                x1={placeX(playhead)}
                x2={placeX(playhead)}
                y1={-4}
                y2={up + 3}
                stroke="currentColor"
                strokeWidth={2}
              />
            )}
          </g>
        </svg>
      )}
      <Group component="figcaption" gap="md" pl={edge.left}>
        {series.map(({ label: name, colour }) => (
          <Group key={name} gap={6} wrap="nowrap">
            <span aria-hidden style={{ width: 12, height: 3, borderRadius: 2, background: colour }} />
            <Text size="xs" c="dimmed">
              {name}
            </Text>
          </Group>
        ))}
      </Group>
    </figure>
  );
}
