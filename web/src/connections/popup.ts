/** What became of a sign-in in a window of its own. */
export type Ending = "done" | "refused" | "closed";

/** As much of a window as is needed to follow it. */
export interface Followed {
  readonly closed: boolean;
  /** Its element is null while a page begins to come. */
  readonly document: { readonly documentElement: { readonly dataset: { readonly signIn?: string } } | null };
}

/** How it stands: null while somebody is at the app, whose page no other may look into. */
export function endingOf(popup: Followed): Ending | null {
  if (popup.closed) {
    return "closed";
  }
  try {
    const said = popup.document.documentElement?.dataset.signIn;
    return said === "done" || said === "refused" ? said : null;
  } catch (error) {
    if (error instanceof DOMException) {
      return null;
    }
    throw error;
  }
}
