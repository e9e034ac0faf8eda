const names = { avc1: "H.264", avc3: "H.264", hvc1: "H.265", hev1: "H.265", vp09: "VP9", av01: "AV1" };

// "avc1.640028" as people call it; what is not known stays as it is.
export const codecName = (codec: string): string => names[codec.slice(0, 4) as keyof typeof names] ?? codec;
