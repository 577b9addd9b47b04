/** Files that become drafts. No React, no server. */
import { ApiError, explain } from "../api/errors";
import { text } from "../text";

interface Problem {
  code: string;
  what: string;
  mend: string;
  line?: number | null;
}

interface Read {
  document?: Record<string, unknown> | null;
  problems: Problem[];
}

interface Ports {
  /** A text as a flow, or what is wrong with it. */
  read(document: string): Promise<Read>;
  /** Keep it as the draft of a flow. */
  keep(id: string, document: Record<string, unknown>): Promise<unknown>;
}

interface Outcome {
  good: number;
  failed: { file: string; why: string }[];
}

/** Bring files in. One that is no flow, or that the server does not keep, stops no other. Throws Unreachable. */
export async function importAll(
  files: readonly Pick<File, "name" | "text">[],
  ports: Ports,
): Promise<Outcome> {
  const outcome: Outcome = { good: 0, failed: [] };
  for (const file of files) {
    const why = await importOne(file, ports);
    if (why === null) {
      outcome.good += 1;
    } else {
      outcome.failed.push({ file: file.name, why });
    }
  }
  return outcome;
}

/** Why a file could not be brought in; null if it was. */
async function importOne(file: Pick<File, "text">, { read, keep }: Ports): Promise<string | null> {
  try {
    const { document, problems } = await read(await file.text());
    if (!document) {
      return problems[0] === undefined ? "" : said(problems[0]);
    }
    await keep(String(document.id), document);
    return null;
  } catch (error) {
    if (error instanceof ApiError && error.status !== 401) {
      return error.problems.some(({ code }) => code === "draft-changed")
        ? text.flows.importDrafted
        : explain(error)
            .map(({ what, mend }) => `${what} ${mend}`)
            .join(" ");
    }
    throw error;
  }
}

function said({ code, what, mend, line }: Problem): string {
  const at = line ? `${text.designer.line(line)}: ` : "";
  return `${at}${what} ${mend} ${code === "unknown-key" ? text.flows.importNewer : ""}`.trim();
}
