/** Finding a line of a list by what is typed, as lists of the browser do. Pure. */

/** What was typed lately. */
export interface Typed {
  said: string;
  at: number;
}

const TOGETHER_MS = 800;

/**
 * The line that is meant once a letter was typed; -1 for none.
 *
 * Lines count by the beginning of each of their words: "refuses: 403" is found by "4". The same letter again leads on.
 */
export function afterTyping(
  typed: Typed,
  key: string,
  at: number,
  lines: readonly string[],
  chosen: number,
): { typed: Typed; option: number } {
  const letter = key.toLowerCase();
  const before = at - typed.at < TOGETHER_MS ? typed.said : "";
  const again = before !== "" && [...before].every((one) => one === letter);
  const said = again ? letter : before + letter;
  const from = said.length === 1 ? chosen + 1 : Math.max(chosen, 0);
  const order = lines.map((_, number) => (from + number) % lines.length);
  const whole = order.find((number) => lines[number]?.toLowerCase().startsWith(said));
  const word = order.find((number) => lines[number]?.toLowerCase().includes(` ${said}`));
  return { typed: { said, at }, option: whole ?? word ?? -1 };
}
