export type Action = "keep" | "dismiss" | "pin" | "note" | "next" | "previous" | "play" | "undo" | "help" | "back" | "forward";

// By place on the keyboard, so that they are the same with every layout.
const byCode: Record<string, Action> = {
  KeyK: "keep",
  KeyD: "dismiss",
  KeyP: "pin",
  KeyN: "note",
  KeyJ: "next",
  ArrowDown: "next",
  ArrowUp: "previous",
  Space: "play",
  KeyU: "undo",
  ArrowLeft: "previous",
  ArrowRight: "next",
  Comma: "back",
  Period: "forward",
};

// As the page shows them.
export const shortcuts: readonly (readonly [keys: string, action: Action])[] = [
  ["K", "keep"],
  ["D", "dismiss"],
  ["P", "pin"],
  ["N", "note"],
  ["J  →  ↓", "next"],
  ["←  ↑", "previous"],
  ["Space", "play"],
  [",  .", "back"],
  ["U", "undo"],
  ["?", "help"],
];

interface Pressed {
  code: string;
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

export function actionOf({ code, key, ctrlKey, metaKey, altKey }: Pressed): Action | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (key === "?") return "help";
  return byCode[code] ?? null;
}

// Keys belong to a field, a button or a dialogue while one has the focus; letters do nothing to buttons.
export function isTaken(target: EventTarget | null, action: Action): boolean {
  if (!(target instanceof HTMLElement || target instanceof SVGElement)) return false;
  if (
    target.closest(
      "input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=slider], [role=listbox], [role=menu]",
    )
  )
    return true;
  return action === "play" && target.closest("button, a, [role=button], input, label") !== null;
}
