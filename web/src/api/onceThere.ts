/** Parts of the app that are loaded on demand: while the server is away they are waited for. */
import { reachability } from "./reachability";

/** Load; if the server has gone, wait until it is back (`Away` asks for it) and load again. */
export async function onceThere<T>(
  load: () => Promise<T>,
  answers = serverAnswers,
  mend = mendStyles,
): Promise<T> {
  for (let again = false; ; again = true) {
    try {
      return await load();
    } catch (error) {
      if (!(await answers())) {
        reachability.failed();
        await back();
      } else if (again) {
        throw error;
      }
      // a server that answers may have been away for that one request
      await mend();
    }
  }
}

async function serverAnswers(): Promise<boolean> {
  try {
    await fetch("/healthz", { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

function back(): Promise<void> {
  return new Promise((resolve) => {
    const stop = reachability.subscribe(() => {
      if (reachability.reachable) {
        stop();
        resolve();
      }
    });
  });
}

/** Style sheets that did not come are asked for again: who asked for them once believes that they are there. */
async function mendStyles(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')];
  const coming = links
    .filter((link) => link.sheet === null)
    .map((link) => {
      const again = link.cloneNode() as HTMLLinkElement;
      const done = new Promise((resolve) => {
        again.addEventListener("load", resolve);
        again.addEventListener("error", resolve);
      });
      link.replaceWith(again);
      return done;
    });
  await Promise.all(coming);
}
