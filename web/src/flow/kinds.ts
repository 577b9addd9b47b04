/** The colour of the app that a card belongs to: the thin line on top of it. */
const apps: Record<string, string> = {
  okta: "var(--app-neutral)",
  office365: "var(--app-blue)",
  google_workspace: "var(--app-green)",
};
const control = new Set(["branch", "list", "flow", "error"]);
const events = new Set(["helper", "manual", "schedule", "endpoint"]);

export function colourOf(card: string): string {
  const room = card.split(".")[0] ?? "";
  if (events.has(card)) {
    return "var(--event)";
  }
  if (control.has(room)) {
    return "var(--branch)";
  }
  return apps[room] ?? "var(--function)";
}
