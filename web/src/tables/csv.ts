const NEWLINE = 10;

/** How many lines a file has, for telling how far its import is; read piece by piece. */
export async function linesIn(file: Blob): Promise<number> {
  let count = 0;
  let last = NEWLINE;
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const byte of piece.value) {
      if (byte === NEWLINE) {
        count += 1;
      }
    }
    last = piece.value.at(-1) ?? last;
  }
  return last === NEWLINE ? count : count + 1;
}
