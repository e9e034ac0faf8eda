// In this order: most browsers name others as well.
const browsers = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;
const systems = [
  [/Windows/, "Windows"],
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
] as const;

// "Firefox, Linux" of a browser's User-Agent; empty: nothing known in it.
export const browserOf = (agent: string): string =>
  [browsers, systems]
    .map(known => known.find(([form]) => form.test(agent))?.[1])
    .filter(Boolean)
    .join(", ");
