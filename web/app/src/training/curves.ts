import type { TrainingCurves } from "../api/generated";
import type { Point } from "../clip/curve";

export interface Curve {
  name: string;
  points: Point[];
}

const axis = /^epoch$/;
const passedOver = /^(seconds|learning_rate|lr)$/;

// Logs count epochs from 0, people and the page of the run from 1.
export const counted = (epoch: number): number => epoch + 1;

// The columns of a run as curves over epochs: losses, and what lies between 0 and 1.
export function curvesOf({ columns, rows }: TrainingCurves): { losses: Curve[]; shares: Curve[] } {
  const epochs = rows.map((row, i) => counted(row[columns.findIndex(name => axis.test(name))] ?? i));
  const curves = columns.flatMap((name, column): Curve[] => {
    if (axis.test(name) || passedOver.test(name)) return [];
    const points = rows.map((row, i) => ({ x: epochs[i]!, y: row[column] ?? null }));
    return points.some(point => point.y !== null) ? [{ name, points }] : [];
  });
  return { losses: curves.filter(curve => curve.name.includes("loss")), shares: curves.filter(curve => !curve.name.includes("loss")) };
}

export const rangeOf = (curves: readonly Curve[], of: "x" | "y"): [number, number] => {
  const values = curves.flatMap(curve => curve.points.map(point => point[of])).filter(value => value !== null);
  return values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
};

// Of the examples of a class, how many were called each: the strength of a cell's colour.
export function sharesOf(confusion: readonly (readonly number[])[]): number[][] {
  return confusion.map(row => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map(count => (all > 0 ? count / all : 0));
  });
}
