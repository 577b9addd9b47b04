/** Parts of the app that are loaded on demand: while the server is away they are waited for. */
import { reachability } from "./reachability";
import { Styles } from "./styles";

const styles = typeof document === "undefined" ? null : new Styles(document);
const mendStyles = async () => styles?.mend();

/** Load; if the server has gone, wait until it is back (`Away` asks for it) and load again. */
export async function onceThere<T>(
  load: () => Promise<T>,
  answers = serverAnswers,
  mend: () => Promise<void> = mendStyles,
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
