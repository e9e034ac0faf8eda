import { createTheme, type MantineColorsTuple } from "@mantine/core";

// Calm teal for what can be pressed; red is kept for violence and for what destroys.
const vigil: MantineColorsTuple = [
  "#e6f7f9",
  "#d0ebef",
  "#a3d6de",
  "#72c0cc",
  "#4badbc",
  "#32a1b3",
  "#1f9bae",
  "#0b8698",
  "#067887",
  "#006875",
];
const dark: MantineColorsTuple = [
  "#dbe1e6",
  "#b7c0c9",
  "#8f9ba7",
  "#66727f",
  "#3e4955",
  "#2b343e",
  "#1e252d",
  "#161c22",
  "#11161b",
  "#0b0f13",
];

export const theme = createTheme({
  colors: { vigil, dark },
  primaryColor: "vigil",
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.25" },
      h2: { fontSize: "1.125rem", lineHeight: "1.35" },
      h3: { fontSize: "0.95rem", lineHeight: "1.4" },
    },
  },
  components: {
    Card: { defaultProps: { withBorder: true, padding: "md", radius: "lg" } },
    Badge: { defaultProps: { tt: "none" } },
    Paper: { defaultProps: { withBorder: true, radius: "lg" } },
    Modal: { defaultProps: { centered: true, radius: "lg", overlayProps: { backgroundOpacity: 0.5, blur: 2 } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
  },
});
