import { text } from "../text";

/**
 * Put a text into the clipboard; also where browsers offer theirs to no script, as to a page that came by http, or refuse it.
 *
 * Throws if it is not there afterwards.
 */
export async function copyText(written: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(written);
  } catch {
    copyChosen(written);
  }
}

/** Copies as people do: what is chosen on the page. */
function copyChosen(written: string): void {
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.value = written;
  box.style.position = "fixed";
  box.style.opacity = "0";
  document.body.append(box);
  box.select();
  const copied = document.execCommand("copy");
  box.remove();
  if (before instanceof HTMLElement) {
    before.focus({ preventScroll: true });
  }
  if (!copied) {
    throw new Error(text.components.copyNot);
  }
}
