/** Values as people read them. */

/** A value as text: texts as they are, the rest as JSON over several lines. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

/** Whether a text is more than a card shows at once. */
export function isLong(text: string): boolean {
  return text.length > 220 || text.split("\n").length > 5;
}

/** Have the browser save a text as a file. */
export function save(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
