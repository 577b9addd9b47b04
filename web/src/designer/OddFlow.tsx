import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ProblemNote } from "../components/ProblemNote";
import { save, shown } from "../components/shown";
import { Value } from "../components/Value";
import { text } from "../text";
import type { OddShape } from "./opened";
import { deleteDraft, openingQuery } from "./server";

const words = text.designer.odd;

/** In place of the cards of a flow that cannot be drawn: what it says, and the ways out. */
export function OddFlow({ id, odd }: { id: string; odd: OddShape }) {
  const queries = useQueryClient();
  const throwing = useMutation({
    mutationFn: () => deleteDraft(id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["drafts"] });
      await queries.invalidateQueries({ queryKey: openingQuery(id).queryKey });
    },
  });
  return (
    <div role="alert" style={{ display: "grid", gap: 12, maxWidth: 760 }}>
      <h2 style={{ fontSize: 16 }}>{words.title}</h2>
      <p>{words.what}</p>
      <Group gap="xs">
        <Button variant="default" onClick={() => save(`${id}.json`, shown(odd.document))}>
          {text.components.download}
        </Button>
        {odd.revision === null ? null : (
          <Button variant="default" loading={throwing.isPending} onClick={() => throwing.mutate()}>
            {text.designer.throwAway}
          </Button>
        )}
      </Group>
      {throwing.error ? <ProblemNote error={throwing.error} /> : null}
      <Value value={odd.document} label={words.document} />
    </div>
  );
}
