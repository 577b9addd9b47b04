// Hebrew, Arabic and their neighbours (Unicode Standard Annex 9, bidirectional classes R and AL)
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name among other words. One that is written from right to left is kept apart: else what stands around it turns. */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}
