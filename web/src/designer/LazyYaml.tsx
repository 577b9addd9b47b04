import { lazy, Suspense } from "react";
import { onceThere } from "../api/onceThere";
import { Waiting } from "../components/Waiting";
import type { Flow } from "../flow/document";

const Pane = lazy(() => onceThere(async () => ({ default: (await import("./panels/YamlPane")).YamlPane })));

/** The YAML pane, whose editor is loaded when somebody wants it. */
export function LazyYaml(props: { flow: Flow; onApply(flow: Flow): void }) {
  return (
    <Suspense fallback={<Waiting />}>
      <Pane {...props} />
    </Suspense>
  );
}
