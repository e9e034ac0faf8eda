import { Archive, Cctv, ClipboardCheck, GraduationCap, Radio, Rewind, Settings, Upload, Users, type LucideIcon } from "lucide-react";
import type { Deed } from "../app/permissions";

export interface Page {
  to: string;
  // Below `nav` of the texts.
  name: "live" | "review" | "repository" | "upload" | "timeline" | "cameras" | "people" | "training" | "settings";
  icon: LucideIcon;
  deed: Deed;
}

// In the order of the navigation; the first four have room at the bottom of a phone.
export const pages: readonly Page[] = [
  { to: "/live", name: "live", icon: Radio, deed: "see" },
  { to: "/review", name: "review", icon: ClipboardCheck, deed: "review" },
  { to: "/repository", name: "repository", icon: Archive, deed: "see" },
  { to: "/upload", name: "upload", icon: Upload, deed: "upload" },
  { to: "/timeline", name: "timeline", icon: Rewind, deed: "see" },
  { to: "/people", name: "people", icon: Users, deed: "see" },
  { to: "/cameras", name: "cameras", icon: Cctv, deed: "see" },
  { to: "/training", name: "training", icon: GraduationCap, deed: "training" },
  { to: "/settings", name: "settings", icon: Settings, deed: "see" },
];
