/** A key that nobody has used: what is sent again with it happens once. (randomUUID is there on https only.) */
export function freshKey(source: Pick<Crypto, "getRandomValues"> = crypto): string {
  const bytes = source.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
