import type { Branch } from "../../flow/document";
import { text } from "../../text";

/** What a lane is called: otherwise, try, its name, or its number; null stands for the rounds of a loop. */
export function laneWord(lane: Branch | null, number: number): string {
  const words = text.designer.lane;
  if (lane === null) {
    return words.do;
  }
  if (lane.otherwise) {
    return words.otherwise;
  }
  if (lane.try || lane.catch) {
    return lane.try ? words.try : words.catch;
  }
  return lane.lane || (number === 0 ? words.when : `else ${words.when}`);
}
