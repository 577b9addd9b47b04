import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type RefObject, useEffect, useMemo } from "react";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { flowQuery } from "../flows/flows";
import { text } from "../text";
import { draftTones, PublishFailed, usePublishing } from "./Bar";
import { useAround } from "./context";
import { DesignCards, DesignPanels, DesignRoot } from "./DesignParts";
import classes from "./HelperFrame.module.css";
import { Notices } from "./Notices";
import { type FrameProps, NestingProvider, useNesting, within } from "./nesting";
import { OddShape, useOpened } from "./opened";
import { openingQuery } from "./server";
import { type Design, type Opened, useDesign } from "./useDesign";
import { useFlowOffers } from "./useFlowOffers";

const words = text.designer;

/** A helper flow in the flow that calls it: its own cards, to be changed here; its own draft, saved as it is made. */
export function HelperFrame({ card, helper }: FrameProps) {
  const nest = useNesting();
  const inner = useMemo(() => within(nest, card, helper), [nest, card, helper]);
  const opening = useQuery(openingQuery(helper));
  const around = useAround();
  const opened = useOpened(opening.data, around.specs);
  if (opened && !(opened instanceof OddShape)) {
    return (
      <NestingProvider value={inner}>
        <Inside opened={opened} />
      </NestingProvider>
    );
  }
  return (
    <section className={classes.frame} aria-label={words.helperFrame(helper)}>
      {opening.error ? <ProblemNote error={opening.error} /> : null}
      {opened ? <p className={classes.quiet}>{words.odd.title}</p> : null}
      {opened === null ? <p className={classes.quiet}>{words.helperNone}</p> : null}
      {opening.isPending ? <Waiting what={words.loading} /> : null}
      <Button size="compact-sm" variant="default" onClick={() => nest.show(helper, null)}>
        {words.helperClose}
      </Button>
    </section>
  );
}

function Inside({ opened }: { opened: Opened }) {
  const nest = useNesting();
  const design = useDesign(opened, useAround(), nest);
  const { key, left } = nest;
  const { root } = design;
  useEffect(() => {
    root.current?.closest("section")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return () => left(key);
  }, [root, key, left]);
  const { flow, keeper, draft, deeds } = design;
  return (
    <DesignRoot design={design} className={classes.frame} label={words.helperFrame(flow.name || flow.id)}>
      <Head design={design} />
      <Notices
        flow={design.settled}
        keeper={keeper}
        draft={draft}
        undone={design.undone}
        onReplace={deeds.replace}
        onInsist={deeds.insist}
      />
      <div ref={design.root as RefObject<HTMLDivElement | null>} className={classes.cards}>
        <DesignCards design={design} list={nest.list} />
      </div>
      <DesignPanels design={design} />
    </DesignRoot>
  );
}

/** Which flow it is, how its draft stands, and what can be done with the whole of it. */
function Head({ design }: { design: Design }) {
  const { settled, keeper, draft, problems, hasErrors } = design;
  const nest = useNesting();
  const live = useQuery(flowQuery(settled.id)).data ?? null;
  const publishing = usePublishing(settled, keeper);
  const shut = async () => {
    try {
      await keeper.flush();
      nest.show(settled.id, null);
    } catch {
      notifications.show({ color: "yellow", message: words.helperUnsaved });
    }
  };
  const changed = draft.status !== "same";
  const publishable = changed && draft.status !== "changed" && !hasErrors;
  const publish = () => publishing.mutate({});
  const { enter } = design.below;
  useFlowOffers(settled, publishable && !publishing.isPending ? publish : null, () => enter("test"));
  return (
    <div className={classes.head}>
      <h2>{settled.name || settled.id}</h2>
      <span role="status" className={classes.state}>
        <Pill tone={draftTones[draft.status]}>{words.state[draft.status]}</Pill>
        {problems.length > 0 ? (
          <Pill tone={hasErrors ? "bad" : "warn"}>{words.problems(problems.length)}</Pill>
        ) : null}
        <span className={classes.quiet}>
          {live ? (changed ? words.helperUses(live.version) : words.published(live.version)) : words.never}
        </span>
      </span>
      <span className={classes.acts}>
        {changed ? (
          <Button size="compact-sm" disabled={!publishable} loading={publishing.isPending} onClick={publish}>
            {words.helperPublish}
          </Button>
        ) : null}
        <Button
          size="compact-sm"
          variant="default"
          component={Link}
          to="/flows/$flowId"
          params={{ flowId: settled.id } as never}
        >
          {words.openFlow}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void shut()}>
          {words.helperClose}
        </Button>
      </span>
      {publishing.error ? (
        <PublishFailed error={publishing.error} onClose={publishing.reset} onAnyway={publishing.mutate} />
      ) : null}
    </div>
  );
}
