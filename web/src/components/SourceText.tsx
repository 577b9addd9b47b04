import { yaml } from "@codemirror/lang-yaml";
import { basicSetup, EditorView } from "codemirror";
import { useEffect, useRef } from "react";
import { nonce } from "../theme/nonce";
import classes from "./SourceText.module.css";

interface SourceTextProps {
  label: string;
  /** What it begins with. */
  value: string;
  onChange(value: string): void;
  /** A line to go to; another object for each time. */
  goTo?: { line: number } | null;
  height?: string;
}

/** A text of many lines in YAML, with numbers of lines. */
export function SourceText({ label, value, onChange, goTo, height = "60vh" }: SourceTextProps) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const begin = useRef(value);
  const told = useRef(onChange);
  told.current = onChange;
  useEffect(() => {
    if (!box.current) {
      return;
    }
    const view = new EditorView({
      parent: box.current,
      doc: begin.current,
      extensions: [
        basicSetup,
        yaml(),
        EditorView.lineWrapping,
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            told.current(update.state.doc.toString());
          }
        }),
      ],
    });
    // what scrolls must be reached by the keyboard
    view.scrollDOM.tabIndex = 0;
    editor.current = view;
    return () => view.destroy();
  }, [label]);
  useEffect(() => {
    const view = editor.current;
    if (view && goTo) {
      const line = view.state.doc.line(Math.min(Math.max(goTo.line, 1), view.state.doc.lines));
      view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
      view.focus();
    }
  }, [goTo]);
  return <div ref={box} className={classes.box} style={{ height }} />;
}
