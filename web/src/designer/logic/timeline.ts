/** Undo and redo: each step is a whole document, which shares all that did not change with its neighbours. */
export interface Timeline<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last step changed; typing on in the same place is one step. */
  key: string | null;
}

const MOST_STEPS = 200;

export function begin<T>(present: T): Timeline<T> {
  return { past: [], present, future: [], key: null };
}

export function step<T>(line: Timeline<T>, next: T, key: string | null = null): Timeline<T> {
  if (next === line.present) {
    return line;
  }
  const goesOn = key !== null && key === line.key && line.past.length > 0;
  const past = goesOn ? line.past : [...line.past, line.present].slice(-MOST_STEPS);
  return { past, present: next, future: [], key };
}

export function undo<T>(line: Timeline<T>): Timeline<T> {
  const before = line.past.at(-1);
  if (before === undefined) {
    return line;
  }
  return { past: line.past.slice(0, -1), present: before, future: [line.present, ...line.future], key: null };
}

export function redo<T>(line: Timeline<T>): Timeline<T> {
  const [next, ...future] = line.future;
  return next === undefined ? line : { past: [...line.past, line.present], present: next, future, key: null };
}
