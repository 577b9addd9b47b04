/** Which flows the page shows: of a folder (empty: of none), or all that have some words in them. */
export interface Shown {
  folder?: string;
  search?: string;
  /** What is to be made there: its form is open. */
  make?: "flow" | "folder";
}

/** What the address says of it. */
export function shownIn(search: Record<string, unknown>): Shown {
  const { folder, search: words, make } = search;
  return {
    ...(folder === undefined ? {} : { folder: String(folder) }),
    ...(words === undefined || words === "" ? {} : { search: String(words) }),
    ...(make === "flow" || make === "folder" ? { make } : {}),
  };
}
