/** What others have done to a flow since one's own draft of it stood as one knows. */
import type { Kept } from "./draftKeeper";
import type { Editing } from "./server";

export type Meanwhile = "nothing" | "draft" | "published" | "thrown away" | "deleted";

/** By what is there now. Revisions only grow: a smaller one was read before one's own was saved. */
export function meanwhile(mine: Kept, { draft, published }: Pick<Editing, "draft" | "published">): Meanwhile {
  if (draft !== null) {
    if (draft.revision > mine.revision) {
      return "draft";
    }
    // a draft that changes nothing keeps nobody from seeing what is published
    return draft.same && published !== null && published.version > mine.base ? "published" : "nothing";
  }
  if (published === null) {
    return "deleted";
  }
  if (published.version !== mine.base) {
    return "published";
  }
  return mine.revision === 0 ? "nothing" : "thrown away";
}
