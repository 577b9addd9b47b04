import { lazy, type RefObject, Suspense } from "react";
import { onceThere } from "../api/onceThere";
import { Waiting } from "../components/Waiting";
import type { Flow } from "../flow/document";
import type { Typed } from "./panels/YamlPane";

const Pane = lazy(() => onceThere(async () => ({ default: (await import("./panels/YamlPane")).YamlPane })));

interface LazyYamlProps {
  flow: Flow;
  kept: RefObject<Typed>;
  onApply(flow: Flow): void;
}

/** The YAML pane, whose editor is loaded when somebody wants it. */
export function LazyYaml(props: LazyYamlProps) {
  return (
    <Suspense fallback={<Waiting />}>
      <Pane {...props} />
    </Suspense>
  );
}
