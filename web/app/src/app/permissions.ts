import type { Role } from "../api/generated";

// What the pages offer to whom; the server decides by itself (x-vigil-access in its openapi.json).
const least = {
  see: "viewer",
  review: "operator",
  upload: "operator",
  training: "operator",
  cameras: "admin",
  users: "admin",
  settings: "admin",
  alerts: "admin",
  retention: "admin",
  audit: "admin",
} as const satisfies Record<string, Role>;

export type Deed = keyof typeof least;

const order: readonly Role[] = ["viewer", "operator", "admin"];

export const may = (role: Role, deed: Deed): boolean => order.indexOf(role) >= order.indexOf(least[deed]);
