import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { size } from "../components/format";
import { ProblemNote } from "../components/ProblemNote";
import { save, shown } from "../components/shown";
import { Value } from "../components/Value";
import classes from "../components/Value.module.css";
import { text } from "../text";
import type { Cut, WholeQuery } from "./run";

/** The largest value that is put into the page, in bytes; a larger one is downloaded. */
const MOST_SHOWN = 1_000_000;

interface CutValueProps {
  /** Whose value it is: a file of it is named after that. */
  of: string;
  cut: Cut;
  /** How all of it is read. */
  whole: WholeQuery;
}

/** A value that the server cut: how it begins, and the way to all of it. */
export function CutValue({ of, cut, whole: query }: CutValueProps) {
  const [wanted, setWanted] = useState(false);
  const whole = useQuery({ ...query, enabled: wanted });
  // of what the history has in part there is no more than that part
  const part = cut.kept !== null;
  const bytes = size(cut.bytes);
  async function download() {
    const { data, isSuccess } = await whole.refetch();
    if (isSuccess) {
      save(`${of}-${cut.field}.json`, JSON.stringify(data, null, 2));
    }
  }
  if (wanted && whole.data !== undefined) {
    return (
      <>
        <Value value={shown(whole.data)} label={cut.field} />
        <Kept cut={cut} />
      </>
    );
  }
  return (
    <div>
      <pre className={classes.value} dir="auto">
        {cut.count === null ? `${cut.start}…` : `${text.components.listOf(cut.count)}\n${cut.start}…`}
      </pre>
      <Kept cut={cut} />
      <div className={classes.acts}>
        {cut.bytes <= MOST_SHOWN ? (
          <button type="button" className={classes.act} onClick={() => setWanted(true)}>
            {part ? text.components.showKept(bytes) : text.components.showAll(bytes)}
          </button>
        ) : null}
        <button type="button" className={classes.act} onClick={() => void download()}>
          {part ? text.components.downloadKept(bytes) : `${text.components.download} (${bytes})`}
        </button>
      </div>
      {whole.error ? <ProblemNote error={whole.error} /> : null}
    </div>
  );
}

/** Where the history has no more than the beginning, how much of it that is. */
function Kept({ cut }: { cut: Cut }) {
  if (cut.kept === null || cut.whole === null) {
    return null;
  }
  const say = cut.kind === "list" ? text.components.keptList : text.components.keptText;
  return <p className={classes.quiet}>{say(cut.kept, cut.whole)}</p>;
}
