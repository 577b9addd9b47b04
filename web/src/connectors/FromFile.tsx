import { Button, Checkbox, FileButton, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import classes from "./Connectors.module.css";
import { fromFile, MOST_CHOSEN, matching, type Operation, operationsIn } from "./connectors";
import { NotOffered } from "./LeftOut";
import { idOf, Naming, UNNAMED } from "./Naming";

const words = text.connectors;
const MOST_SHOWN = 150;

/** Chooses operations of an OpenAPI description, and begins a connector with them. */
export function FromFile({ onBegun }: { onBegun(source: string): void }) {
  const [file, setFile] = useState<File | null>(null);
  const reading = useMutation({
    mutationFn: operationsIn,
    onSuccess: ({ title }) => setNamed((now) => (now.title.trim() === "" ? { ...now, title } : now)),
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [named, setNamed] = useState(UNNAMED);
  const beginning = useMutation({
    mutationFn: () => {
      if (file === null) {
        throw new Error(words.chooseFile);
      }
      const operation = [...chosen];
      return fromFile(file, { connector: idOf(named), title: named.title.trim(), operation });
    },
    onSuccess: onBegun,
  });
  function take(taken: File | null) {
    if (taken !== null) {
      setFile(taken);
      setChosen(new Set());
      reading.mutate(taken);
    }
  }
  return (
    <div className={classes.form}>
      <p className={classes.quiet}>{words.fileWhat}</p>
      <div>
        <FileButton accept=".json,.yaml,.yml,application/json" onChange={take}>
          {(props) => (
            <Button variant={file ? "default" : "filled"} loading={reading.isPending} {...props}>
              {words.chooseFile}
            </Button>
          )}
        </FileButton>
      </div>
      {reading.isPending ? <p role="status">{words.reading}</p> : null}
      {reading.error ? <ProblemNote error={reading.error} /> : null}
      {file && reading.data ? (
        <>
          <p role="status">{words.fileHas(file.name, reading.data.operations.length)}</p>
          <NotOffered problems={reading.data.left_out} />
          <Operations operations={reading.data.operations} chosen={chosen} onChoose={setChosen} />
          <Naming named={named} onChange={setNamed} />
          {beginning.error ? <ProblemNote error={beginning.error} /> : null}
          <div>
            <Button
              disabled={chosen.size === 0 || chosen.size > MOST_CHOSEN || idOf(named) === ""}
              loading={beginning.isPending}
              onClick={() => beginning.mutate()}
            >
              {words.goOn}
            </Button>
          </div>
        </>
      ) : null}
    </div>
  );
}

interface OperationsProps {
  operations: readonly Operation[];
  chosen: ReadonlySet<string>;
  onChoose(chosen: ReadonlySet<string>): void;
}

function Operations({ operations, chosen, onChoose }: OperationsProps) {
  const [find, setFind] = useState("");
  const [tag, setTag] = useState("");
  const tags = [...new Set(operations.flatMap((one) => one.tags))].sort((a, b) => a.localeCompare(b));
  const found = matching(operations, find, tag);
  function turn(id: string, on: boolean) {
    const next = new Set(chosen);
    if (on) {
      next.add(id);
    } else {
      next.delete(id);
    }
    onChoose(next);
  }
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          type="search"
          label={words.findOperation}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
        {tags.length > 0 ? (
          <NativeSelect
            label={words.tag}
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
            data={[{ value: "", label: words.allTags }, ...tags]}
          />
        ) : null}
      </div>
      <ul className={classes.operations} aria-label={words.operations}>
        {found.slice(0, MOST_SHOWN).map((one) => (
          <li key={one.id}>
            <Checkbox
              classNames={{ labelWrapper: classes.whole }}
              checked={chosen.has(one.id)}
              onChange={(event) => turn(one.id, event.currentTarget.checked)}
              label={
                <>
                  {one.title}
                  <span className={classes.path}>
                    {one.method} {one.path}
                  </span>
                </>
              }
            />
          </li>
        ))}
        {found.length > MOST_SHOWN ? <li>{words.moreOperations(found.length - MOST_SHOWN)}</li> : null}
      </ul>
      <p className={classes.quiet}>
        {words.chosen(chosen.size)}
        {chosen.size > MOST_CHOSEN ? `. ${words.tooMany}` : ""}
      </p>
    </>
  );
}
