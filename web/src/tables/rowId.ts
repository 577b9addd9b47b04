/** Ids of new rows: UUIDs of version 7 (RFC 9562, 5.7), which sort by the time at which they were made. */

const VERSION = 0x70;
const VARIANT = 0x80;

/**
 * An id for a row.
 *
 * @param now - Milliseconds since 1970.
 * @param random - 10 bytes of chance.
 */
export function rowId(now: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  for (let at = 5, rest = now; at >= 0; at -= 1, rest = Math.floor(rest / 256)) {
    bytes[at] = rest % 256;
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = VERSION | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = VARIANT | ((bytes[8] ?? 0) & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function newRowId(): string {
  return rowId(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
