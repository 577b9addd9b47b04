export const inbox = {
  title: "Inbox",
  about: "what waits for a person",
  none: "Nothing waits for a person.",
  openRun: "Open the run",
};
