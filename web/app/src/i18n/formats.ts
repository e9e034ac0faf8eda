import i18next from "i18next";

const language = () => i18next.resolvedLanguage ?? "en";

// Formatters are costly to make, and few.
const made = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

function dateFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language()} ${name}`;
  const format = made.get(key) ?? new Intl.DateTimeFormat(language(), { hourCycle: "h23", ...options });
  made.set(key, format);
  return format;
}

export const dateTime = (instant: string | Date) =>
  dateFormat("dateTime", { dateStyle: "medium", timeStyle: "medium" }).format(new Date(instant));
export const shortDateTime = (instant: string | Date) =>
  dateFormat("short", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
export const dateOnly = (instant: string | Date) =>
  dateFormat("date", { weekday: "short", day: "numeric", month: "long", year: "numeric" }).format(new Date(instant));
export const monthName = (instant: Date) => dateFormat("month", { month: "short" }).format(instant).slice(0, 3);
export const timeOnly = (instant: string | Date) =>
  dateFormat("time", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(instant));

function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = `${language()} ${JSON.stringify(options)}`;
  const format = numbers.get(key) ?? new Intl.NumberFormat(language(), options);
  numbers.set(key, format);
  return format.format(value);
}

export const decimal = (value: number, digits = 2) => number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const percent = (share: number) => number(share, { style: "percent", maximumFractionDigits: 0 });

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function bytes(value: number): string {
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    ++unit;
  }
  return number(value, { style: "unit", unit: units[unit]!, unitDisplay: "short", maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 });
}

export function duration(seconds: number): string {
  if (seconds < 60) return number(seconds, { style: "unit", unit: "second", unitDisplay: "narrow", maximumFractionDigits: 1 });
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return (h > 0 ? `${h}:${String(m).padStart(2, "0")}` : String(m)) + `:${String(s).padStart(2, "0")}`;
}

// The place of a playhead: 1:02.3
export const clock = (seconds: number): string => {
  const tenths = Math.max(0, Math.round((Number.isFinite(seconds) ? seconds : 0) * 10));
  const rest = number((tenths % 600) / 10, { minimumIntegerDigits: 2, minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${Math.floor(tenths / 600)}:${rest}`;
};

const steps = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
] as const;

export function ago(instant: string, now = Date.now()): string {
  let value = (new Date(instant).getTime() - now) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(Math.round(value), unit);
    value /= size;
  }
  return dateTime(instant);
}
