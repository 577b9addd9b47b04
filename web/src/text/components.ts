export const components = {
  loading: "Loading…",
  stillLoading: "This takes longer than usual. Keyturn is still being asked.",
  copy: (what: string) => `Copy ${what}`,
  copied: "Copied",
  copyNot: "The browser does not let this page copy. Choose the text and copy it yourself.",
  close: "Close",
  cancel: "Cancel",
  once: {
    have: "I have it, close",
    still: "It was not copied yet, and is never shown again. Copy it, or say that you have it.",
  },
  more: "Show more",
  showAll: (size: string) => `Show all (${size})`,
  showLess: "Show less",
  download: "Download",
  showKept: (size: string) => `Show what was kept (${size})`,
  downloadKept: (size: string) => `Download what was kept (${size})`,
  keptText: (kept: number, whole: number) =>
    `Keyturn kept the first ${number(kept)} of ${number(whole)} characters.`,
  keptList: (kept: number, whole: number) =>
    `Keyturn kept the first ${number(kept)} of ${number(whole)} items.`,
  deleting: {
    looking: "Looking where it is used…",
    usedHere: (count: number) => (count === 1 ? "It is used here:" : `It is used in ${count} places:`),
    uses: "Where it is used",
    kinds: { flow: "flow", folder: "folder", connection: "connection" },
    draft: "draft",
    unused: "Nothing uses it.",
    usedByDrafts:
      "Nothing that is published uses it. Drafts do: they can be published once they use something else.",
    more: (count: number) => `and ${count} more`,
    first: "It cannot be deleted as long as it is. Take it out there first.",
    anyway: "Delete it all the same",
    refused: "It cannot be deleted",
  },
  empty: "(empty text)",
  nothing: "nothing",
  listOf: (count: number) => (count === 1 ? "list of 1 item" : `list of ${count} items`),
};

function number(count: number): string {
  return count.toLocaleString("en");
}
