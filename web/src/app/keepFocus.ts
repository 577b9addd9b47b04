/**
 * Gives the keyboard back when what had it goes: to what stands in its place, or to what had it before.
 *
 * A browser leaves the focus at the page's beginning when the focused element is taken away: whoever works by keyboard
 * starts again there after each dialog, and after each button that another one replaces.
 */
const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';
const REMEMBERED = 20;

/** An element that had the focus, and where it stood. */
interface Held {
  element: HTMLElement;
  /** What was around it, from the inside out. */
  around: HTMLElement[];
  /** The button of the menu that it is in: it stays when the menu closes. */
  opener: HTMLElement | null;
}

/** Begin to keep the focus of a document; the answer ends it. */
export function keepFocus(page: Document): () => void {
  const trail: Held[] = [];
  let resting: HTMLElement | null = null;
  let asked = 0;

  const remember = (event: FocusEvent) => {
    if (event.target instanceof HTMLElement && event.target !== page.body) {
      resting = null;
      trail.push(heldBy(event.target, page));
      trail.splice(0, trail.length - REMEMBERED);
    }
  };

  const look = () => {
    asked = 0;
    const last = trail.at(-1);
    if (last === undefined || !isLost(page)) {
      return;
    }
    // a button may go while it works, as with its dialog: then it does not come back, though it is disabled
    if (!last.element.isConnected) {
      heirOf(trail, page)?.focus({ preventScroll: true });
    } else if (resting === last.element && !last.element.matches(":disabled")) {
      last.element.focus({ preventScroll: true });
    }
  };

  // After the page has settled: who moves the focus on purpose has done it by then.
  const changed = new MutationObserver(() => {
    const last = trail.at(-1)?.element;
    if (last?.matches(":disabled")) {
      resting = last; // while it works, say: the browser takes the focus a moment later, and it gets it back after it
    }
    if (asked === 0 && isLost(page)) {
      asked = setTimeout(() => requestAnimationFrame(look)) as unknown as number;
    }
  });
  page.addEventListener("focusin", remember);
  changed.observe(page.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled"],
  });
  return () => {
    page.removeEventListener("focusin", remember);
    changed.disconnect();
    clearTimeout(asked);
  };
}

function isLost(page: Document): boolean {
  return page.activeElement === null || page.activeElement === page.body;
}

function heldBy(element: HTMLElement, page: Document): Held {
  const around: HTMLElement[] = [];
  for (
    let outer = element.parentElement;
    outer !== null && outer !== page.body;
    outer = outer.parentElement
  ) {
    around.push(outer);
  }
  const menu = element.closest('[role="menu"]')?.getAttribute("aria-labelledby");
  return { element, around, opener: menu ? page.getElementById(menu) : null };
}

/** Who gets the focus of the last one on the trail, which is gone. */
function heirOf(trail: Held[], page: Document): HTMLElement | null {
  const dialog = [...page.querySelectorAll<HTMLElement>('[aria-modal="true"]')].at(-1);
  const may = (one: HTMLElement) => takesFocus(one) && (dialog === undefined || dialog.contains(one));
  for (const [back, held] of [...trail].reverse().entries()) {
    if (back > 0 && may(held.element)) {
      return held.element;
    }
    if (held.opener !== null && may(held.opener)) {
      return held.opener;
    }
    const place = placeOf(held);
    // a grid moves its focus itself, also when a row is scrolled away
    if (place?.closest('[role="grid"]')) {
      return null;
    }
    const next = place === null ? null : place.matches("main") ? place : [...focusableIn(place)].find(may);
    if (next && (next === place || may(next))) {
      return next;
    }
  }
  return null;
}

/** The innermost thing around it that is still there; what is drawn over the page, such as a dialog, goes whole. */
function placeOf(held: Held): HTMLElement | null {
  const within = held.around.findIndex((outer) => outer.hasAttribute("data-portal"));
  const own = within < 0 ? held.around : held.around.slice(0, within);
  return own.find((outer) => outer.isConnected) ?? null;
}

function focusableIn(place: HTMLElement): Iterable<HTMLElement> {
  return place.querySelectorAll<HTMLElement>(FOCUSABLE);
}

function takesFocus(one: HTMLElement): boolean {
  return one.isConnected && !one.matches(":disabled") && isSeen(one);
}

function isSeen(one: HTMLElement): boolean {
  return typeof one.checkVisibility !== "function" || one.checkVisibility({ visibilityProperty: true });
}
