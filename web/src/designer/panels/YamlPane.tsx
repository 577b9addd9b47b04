import { yaml } from "@codemirror/lang-yaml";
import { Button } from "@mantine/core";
import { basicSetup, EditorView } from "codemirror";
import { type RefObject, useEffect, useRef, useState } from "react";
import { api, data } from "../../api/client";
import { ProblemNote } from "../../components/ProblemNote";
import type { Flow } from "../../flow/document";
import { shapedFlow } from "../../flow/shape";
import { text } from "../../text";
import { nonce } from "../../theme/nonce";
import type { Found } from "../context";
import classes from "./panels.module.css";
import own from "./YamlPane.module.css";

const words = text.designer;

/** What somebody has typed and not taken over yet: it outlives the pane. */
export interface Typed {
  text: string | null;
  /** The text that the cards had then, and the flow. */
  shown: string;
  began: Flow | null;
}

interface YamlPaneProps {
  flow: Flow;
  kept: RefObject<Typed>;
  onApply(flow: Flow): void;
}

/** The flow as YAML, both ways: it follows the cards until somebody types, then it is taken over by a button. */
export function YamlPane({ flow, kept, onApply }: YamlPaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const [typed, setTyped] = useState<string | null>(kept.current.text);
  const [problems, setProblems] = useState<Found[]>([]);
  const [error, setError] = useState<unknown>(null);
  const dirty = typed !== null;
  const latest = useRef(flow);
  latest.current = flow;
  const behind = dirty && kept.current.began !== flow;

  useEffect(() => {
    if (!box.current) {
      return;
    }
    const view = new EditorView({
      parent: box.current,
      doc: kept.current.text ?? "",
      extensions: [
        basicSetup,
        yaml(),
        EditorView.lineWrapping,
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": words.yamlTitle }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            const now = update.state.doc.toString();
            const next = now === kept.current.shown ? null : now;
            const began = next === null ? null : (kept.current.began ?? latest.current);
            kept.current = { ...kept.current, text: next, began };
            setTyped(next);
          }
        }),
      ],
    });
    editor.current = view;
    return () => view.destroy();
  }, [kept]);

  useEffect(() => {
    if (dirty) {
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const body = { document: flow as never, onto: kept.current.shown || null };
        const made = await data(api.POST("/api/v1/flows/convert", { body, signal: stop.signal }));
        const view = editor.current;
        setError(null);
        if (view && made.yaml !== null && made.yaml !== view.state.doc.toString()) {
          kept.current = { text: null, shown: made.yaml, began: null };
          view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: made.yaml } });
        }
      } catch (failed) {
        if (!stop.signal.aborted) {
          setError(failed);
        }
      }
    }, 250);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [flow, dirty, kept]);

  /** Have the text that the cards had again; the editor's own undo brings back what was typed. */
  function drop() {
    const view = editor.current;
    setError(null);
    setProblems([]);
    view?.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: kept.current.shown } });
    view?.focus();
  }

  async function apply() {
    try {
      const made = await data(api.POST("/api/v1/flows/convert", { body: { document: typed ?? "" } }));
      const other = made.document !== null && made.document.id !== flow.id;
      setError(null);
      setProblems(made.document === null || other ? (made.problems as Found[]) : []);
      const next = made.document === null ? null : shapedFlow(made.document);
      if (other) {
        setError(new Error(words.settings.idHint));
      } else if (next) {
        kept.current = { text: null, shown: typed ?? "", began: null };
        setTyped(null);
        onApply(next);
      } else if (made.document) {
        setError(new Error(words.odd.title));
      }
    } catch (failed) {
      setError(failed);
    }
  }

  return (
    <div className={own.pane}>
      <div className={own.bar}>
        <span className={classes.hint}>
          {behind ? words.yamlBehind : dirty ? words.yamlChanged : words.yamlSame}
        </span>
        <span className={own.deeds}>
          {dirty ? (
            <Button size="xs" variant="default" onClick={drop}>
              {words.yamlDrop}
            </Button>
          ) : null}
          <Button size="xs" disabled={!dirty} onClick={() => void apply()}>
            {words.yamlApply}
          </Button>
        </span>
      </div>
      {error ? <ProblemNote error={error} /> : null}
      {problems.length > 0 ? (
        <div role="alert" className={own.problems}>
          {words.yamlBroken}
          {problems.map((problem) => (
            <p key={problem.what}>
              {problem.line ? `${words.line(problem.line)}: ` : ""}
              {problem.what} {problem.mend}
            </p>
          ))}
        </div>
      ) : null}
      <div ref={box} className={own.editor} />
    </div>
  );
}
