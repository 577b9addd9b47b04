import { exactly, moment } from "./format";

/** A time, short; its title has it whole. */
export function Moment({ at }: { at: string | null | undefined }) {
  if (!at) {
    return null;
  }
  return (
    <time dateTime={at} title={exactly(at)}>
      {moment(at, new Date())}
    </time>
  );
}
